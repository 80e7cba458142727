// The canonical digest of a row, as the workbench documents it: each cell is a kind byte, then a length or a value as eight
// bytes, little-endian, then the bytes of a text or the cells of the items of a list.

import { createHash } from 'node:crypto';

/** rowDigest hashes a row. Its keys must be the columns in their order, and each value of its column's type. */
export function rowDigest(columns, row) {
  const sum = createHash('sha256');
  hashFields(sum, columns, row);
  return sum.digest();
}

/** groupDigest hashes the digests of the rows of a row group. */
export function groupDigest(digests) {
  const sum = createHash('sha256');
  digests.forEach((digest) => sum.update(digest));
  return sum.digest('hex');
}

function hashFields(sum, columns, row) {
  const names = Object.keys(row).join(' ');
  const want = columns.map((column) => column.name).join(' ');
  if (names !== want) {
    throw new Error(`has the columns ${names}, not ${want}`);
  }
  columns.forEach((column) => hashCell(sum, column, row[column.name]));
}

function hashCell(sum, column, value) {
  if (value === null) {
    return sum.update(head('n', 0n));
  }
  switch (column.type) {
    case 'text': {
      const bytes = Buffer.from(expect(column, value, 'string'));
      return sum.update(head('t', BigInt(bytes.length))).update(bytes);
    }
    case 'integer':
      return sum.update(head('i', BigInt.asUintN(64, expect(column, value, 'bigint'))));
    case 'number':
      return sum.update(head('d', bitsOf(expect(column, value, 'number'))));
    case 'boolean':
      return sum.update(head('b', expect(column, value, 'boolean') ? 1n : 0n));
    case 'list':
      return hashItems(sum, column, value);
  }
  throw new Error(`no column type is called ${column.type}`);
}

function hashItems(sum, column, items) {
  if (!Array.isArray(items)) {
    throw new Error(`${column.name} holds no list but ${items}`);
  }
  sum.update(head('l', BigInt(items.length)));
  for (const item of items) {
    sum.update(head('s', BigInt(column.fields.length)));
    hashFields(sum, column.fields, item);
  }
}

function expect(column, value, type) {
  if (typeof value !== type) {
    throw new Error(`${column.name} holds a ${typeof value}, no ${type}`);
  }
  return value;
}

function bitsOf(number) {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(number);
  return bytes.readBigUInt64LE();
}

function head(kind, number) {
  const bytes = Buffer.alloc(9);
  bytes.write(kind);
  bytes.writeBigUInt64LE(number, 1);
  return bytes;
}
