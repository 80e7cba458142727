// Reads with hyparquet, a reader in plain JavaScript.

import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';

import { versionOf } from './version.js';

export const name = `hyparquet ${versionOf('hyparquet')}`;

/** rows reads the rows of a Parquet file. */
export async function rows(path) {
  return plain(await parquetReadObjects({ file: await asyncBufferFromFile(path), compressors }));
}

/** plain has null for what hyparquet calls undefined: a list that is null, in a file without any that is not. */
function plain(value) {
  if (Array.isArray(value)) {
    return value.map(plain);
  }
  if (value === null || typeof value !== 'object') {
    return value ?? null;
  }
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, plain(field)]));
}
