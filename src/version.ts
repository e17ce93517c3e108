import { readFileSync } from 'node:fs';

/** The version in the package's own `package.json`, which lies beside `src` and beside `dist`. */
export const version: string = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version;
