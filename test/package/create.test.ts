import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import test from 'ava';
import { version } from '../../src/index.ts';
import { entryPoints } from '../entryPoints.ts';
import { temporaryFolder } from '../pipeline/run.ts';

function create(folder: string) {
  return spawnSync(process.execPath, ['create/index.js', folder], { encoding: 'utf8' });
}

test('a new project has this version of the package, its name, and files that type-check', (t) => {
  mkdirSync('build', { recursive: true });
  const parent = mkdtempSync('build/create-');
  t.teardown(() => rmSync(parent, { recursive: true }));
  const folder = join(parent, 'My Models');
  const { status, stdout, stderr } = create(folder);
  t.is(status, 0, stderr);
  t.regex(stdout, /npm run train/);
  const { name, dependencies, scripts } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  t.is(name, 'my-models');
  t.is(dependencies.millrace, `^${version}`);
  t.is(JSON.parse(readFileSync('create/package.json', 'utf8')).version, version);
  t.is(scripts.train, 'millrace train pipelines/price.ts');
  t.regex(readFileSync(join(folder, '.gitignore'), 'utf8'), /^runs$/m);
  const config = join(folder, 'tsconfig.json');
  const { compilerOptions, include } = JSON.parse(readFileSync(config, 'utf8'));
  const paths = Object.fromEntries([...entryPoints].map(([name, source]) => [name, [resolve(source)]]));
  // The sources that stand in for the package import each other by their own names.
  const options = { ...compilerOptions, paths, rewriteRelativeImportExtensions: true };
  writeFileSync(config, JSON.stringify({ compilerOptions: options, include: [...include, resolve('src/**/*.d.ts')] }));
  const types = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', config], { encoding: 'utf8' });
  t.is(types.status, 0, types.stdout);
});

test('a folder with files in it is left as it is', async (t) => {
  const folder = await temporaryFolder(t);
  writeFileSync(join(folder, 'mine.txt'), 'mine');
  const { status, stderr } = create(folder);
  t.is(status, 1);
  t.regex(stderr, /expected an empty folder, got one with files/);
});
