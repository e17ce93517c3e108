#!/usr/bin/env node
/** `npm create millrace my-models`: writes a project from the files in `template`, which are copied as they are. */
import { cpSync, existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';

const [given = '.', ...others] = process.argv.slice(2);
if (others.length > 0 || given.startsWith('-')) {
  console.error('usage: npm create millrace [FOLDER]');
  process.exit(2);
}
const folder = resolve(given);
if (existsSync(folder) && readdirSync(folder).some((name) => name !== '.git')) {
  console.error(`create-millrace: ${folder}: expected an empty folder, got one with files. Name a new one`);
  process.exit(1);
}
cpSync(new URL('template', import.meta.url), folder, { recursive: true });
// npm leaves out files of these names when it packs a package.
renameSync(join(folder, '_gitignore'), join(folder, '.gitignore'));
const path = join(folder, 'package.json');
renameSync(join(folder, '_package.json'), path);
const name =
  basename(folder)
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[._-]+/, '') || 'models';
writeFileSync(path, readFileSync(path, 'utf8').replace('"NAME"', JSON.stringify(name)));

console.log(
  [
    `A project is in ${folder}. Next:`,
    '',
    ...(given === '.' ? [] : [`  cd ${given}`]),
    '  npm install',
    '  npm run train     # trains pipelines/price.ts on data/flats.csv',
    '  npm run predict   # predicts the price of each flat',
    '',
    'With a table of your own: npx millrace init data.csv --target COLUMN',
  ].join('\n'),
);
