// Reads with parquet-wasm, which is the Rust implementation of Arrow and Parquet.

import { readFileSync } from 'node:fs';

import { tableFromIPC } from 'apache-arrow';
import { readParquet } from 'parquet-wasm';

import { versionOf } from './version.js';

export const name = `parquet-wasm ${versionOf('parquet-wasm')}, apache-arrow ${versionOf('apache-arrow')}`;

/** rows reads the rows of a Parquet file. */
export async function rows(path) {
  const table = tableFromIPC(readParquet(readFileSync(path)).intoIPCStream());
  return table.toArray().map(plain);
}

/** plain turns vectors into arrays and struct rows into objects. */
function plain(value) {
  if (value === null || typeof value !== 'object') {
    return value;
  }
  if (typeof value.toJSON !== 'function') {
    throw new Error(`cannot make a plain value of ${value.constructor.name}`);
  }
  const inside = value.toJSON();
  if (Array.isArray(inside)) {
    return inside.map(plain);
  }
  return Object.fromEntries(Object.entries(inside).map(([key, field]) => [key, plain(field)]));
}
