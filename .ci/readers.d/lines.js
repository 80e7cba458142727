// Reads JSON Lines, the form that every reader is compared with.

import { readFileSync } from 'node:fs';

/** linesOf reads the rows of a file of JSON Lines. */
export function linesOf(columns, path) {
  const text = new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path));
  return text.split('\n').slice(0, -1).map((line) => typed(columns, JSON.parse(line)));
}

/** typed turns the numbers of integer columns into integers, which JSON does not tell apart. */
export function typed(columns, row) {
  const whole = { ...row };
  for (const { name, type, fields } of columns) {
    const value = row[name];
    if (value === null || value === undefined) {
      continue;
    }
    if (type === 'integer') {
      whole[name] = integer(name, value);
    } else if (type === 'list') {
      whole[name] = value.map((item) => typed(fields, item));
    }
  }
  return whole;
}

function integer(name, value) {
  if (!Number.isSafeInteger(value)) {
    throw new Error(`${name}: ${value} is too large for an integer that JSON can carry`);
  }
  return BigInt(value);
}
