// Compares what every reader reads of every export with the JSON Lines of the same selection and with the manifest.
//
//     node compare.js WORKBENCH DATABASE FOLDER

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { groupDigest, rowDigest } from './digest.js';
import { makeExports } from './exports.js';
import { linesOf } from './lines.js';
import { pythonReaders } from './python.js';

const [workbench, example, folder] = process.argv.slice(2);
const made = makeExports(workbench, example, folder);
const readers = [...(await packages()), ...pythonReaders()];
const disagreements = [];
for (const reader of readers) {
  await readAll(reader);
}
disagreements.slice(0, 50).forEach((line) => console.log(line));
console.log(`${readers.length} readers, ${made.length} exports, ${disagreements.length} disagreements`);
if (readers.length === 0) {
  console.log('readers: skipped, none of them runs here');
}
process.exit(disagreements.length === 0 ? 0 : 1);

/** packages are the readers that can run on this machine: some bring a binary for few systems only. */
async function packages() {
  const found = [];
  for (const file of ['./duckdb.js', './hyparquet.js', './arrow.js']) {
    try {
      found.push(await import(file));
    } catch (error) {
      console.log(`not there: ${file}: ${oneLine(error)}`);
    }
  }
  return found;
}

/** readAll has one reader read every export, and tells the rows of each format. */
async function readAll(reader) {
  const rows = {};
  for (const one of made) {
    rows[one.format] ??= 0;
    for (const table of tables(one)) {
      rows[one.format] += await readTable(reader, one, table);
    }
  }
  const sum = Object.values(rows).reduce((a, b) => a + b, 0);
  const each = Object.entries(rows).map(([format, n]) => `${format} ${n}`);
  console.log(`${reader.name}: ${sum} rows: ${each.join(', ')}`);
}

/** tables are the configs of an export, each with its shards in both forms. */
function tables(one) {
  const [parquet, lines] = [one.parquet, one.lines].map((dir) => JSON.parse(readFileSync(join(dir, 'manifest.json'), 'utf8')));
  const pairs = [[parquet, lines]];
  if (parquet.lineage) {
    pairs.push([parquet.lineage, lines.lineage]);
  }
  return pairs.map(([p, l]) => ({ columns: p.columns, shards: p.shards, lines: l.shards }));
}

async function readTable(reader, one, { columns, shards, lines }) {
  let rows = 0;
  for (const [i, shard] of shards.entries()) {
    try {
      const want = linesOf(columns, join(one.lines, lines[i].path));
      const got = await reader.rows(join(one.parquet, shard.path), columns);
      compareShard(columns, shard, got, want);
      rows += got.length;
    } catch (error) {
      disagreements.push(`${reader.name}: ${one.name} ${one.format} ${shard.path}: ${oneLine(error)}`);
    }
  }
  return rows;
}

/** compareShard throws at the first row that is not that of the JSON Lines, and at a row group that is not the manifest's. */
function compareShard(columns, shard, got, want) {
  if (got.length !== want.length || got.length !== shard.rows) {
    throw new Error(`has ${got.length} rows where the lines have ${want.length} and the manifest has ${shard.rows}`);
  }
  const digests = got.map((row, i) => {
    const digest = rowDigest(columns, row);
    if (!digest.equals(rowDigest(columns, want[i]))) {
      throw new Error(`row ${i} differs: ${short(got[i])} is not ${short(want[i])}`);
    }
    return digest;
  });
  for (const [i, group] of shard.row_groups.entries()) {
    if (groupDigest(digests.splice(0, group.rows)) !== group.digest) {
      throw new Error(`row group ${i} has another digest than the manifest says`);
    }
  }
}

function short(row) {
  return JSON.stringify(row, (_, value) => (typeof value === 'bigint' ? Number(value) : value)).slice(0, 300);
}

function oneLine(error) {
  return String(error.message ?? error).replace(/\s+/g, ' ').slice(0, 700);
}
