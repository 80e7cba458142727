// Reads with DuckDB.

import { DuckDBInstance, version } from '@duckdb/node-api';

export const name = `DuckDB ${version()}`;

/** rows reads the rows of a Parquet file. */
export async function rows(path) {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const reader = await connection.runAndReadAll('SELECT * FROM read_parquet($path)', { path });
  const read = reader.getRowObjectsJS();
  connection.closeSync();
  instance.closeSync();
  return read;
}
