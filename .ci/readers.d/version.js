import { readFileSync } from 'node:fs';

/** versionOf is the installed version of a package. */
export function versionOf(name) {
  const path = new URL(`node_modules/${name}/package.json`, import.meta.url);
  return JSON.parse(readFileSync(path, 'utf8')).version;
}
