// Reads with pyarrow, pandas and datasets, where a Python has them.

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { typed } from './lines.js';

const script = fileURLToPath(new URL('read.py', import.meta.url));

/** pythonReaders are those that can be imported here; it says which cannot. */
export function pythonReaders() {
  const found = [];
  for (const library of ['pyarrow', 'pandas', 'datasets']) {
    const version = python(library);
    if (version.ok) {
      found.push({ name: `${library} ${version.text.trim()}`, rows: async (path, columns) => rows(library, path, columns) });
    } else {
      console.log(`not there: ${library} for Python 3`);
    }
  }
  return found;
}

function rows(library, path, columns) {
  const read = python(library, path);
  if (!read.ok) {
    throw new Error(read.text);
  }
  return read.text.split('\n').slice(0, -1).map((line) => typed(columns, JSON.parse(line)));
}

/** python runs the script. Without a path it only says which version there is. */
function python(...args) {
  const child = spawnSync('python3', [script, ...args], { encoding: 'utf8', maxBuffer: 2 ** 30 });
  return child.status === 0 ? { ok: true, text: child.stdout } : { ok: false, text: String(child.error ?? child.stderr).slice(-500) };
}
