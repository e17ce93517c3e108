/**
 * Compiles `assembly/` to `kernels-strict.wasm` and `kernels-relaxed.wasm`, here for the sources and in `dist` for the package.
 * Run by `npm run prepare`.
 */
import { copyFileSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';
import { elementwiseSource } from './elementwiseSource.ts';
import { tileSource } from './tileSource.ts';
import { updatesSource } from './updatesSource.ts';

const here = fileURLToPath(new URL('.', import.meta.url));
const root = fileURLToPath(new URL('../../../', import.meta.url));
const dist = fileURLToPath(new URL('../../../dist/engine/wasm/', import.meta.url));
mkdirSync(dist, { recursive: true });

/** The compiler takes paths from `root`, with forward slashes. */
const path = (file: string) => relative(root, `${here}${file}`).replaceAll('\\', '/');

const options = [
  path('assembly/index.ts'),
  ...['--baseDir', root],
  ...['--runtime', 'stub', '--noAssert', '--optimizeLevel', '3'],
  // The memory is made by the engine, and can grow to all that 32 bits reach.
  ...['--importMemory', '--sharedMemory', '--initialMemory', '1', '--maximumMemory', '65536'],
  ...['--enable', 'simd', '--enable', 'threads'],
];

/**
 * A source as the compiler takes it; it asks for many files to find out which there are. TypeScript knows no decorators of functions, so that they
 * are written as comments: `// @inline`.
 */
function textOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8').replaceAll(/^\/\/ (@(?:inline$|external\(.*\)$))/gm, '$1');
  } catch {
    return null;
  }
}

/** Modules that have no file: they are written here. */
const written = (tileRows: number): ReadonlyMap<string, string> =>
  new Map([
    [path('assembly/tile.ts'), tileSource(tileRows)],
    [path('assembly/elementwise.ts'), elementwiseSource()],
    [path('assembly/updates.ts'), updatesSource()],
  ]);

for (const [name, tileRows, more] of [
  ['strict', 5, []],
  ['relaxed', 6, ['--enable', 'relaxed-simd']],
] as const) {
  const file = `kernels-${name}.wasm`;
  // Under another name until it is whole: a process that starts meanwhile reads the old one.
  const unfinished = `kernels-${name}.part.wasm`;
  const modules = written(tileRows);
  const { error, stderr } = await asc.main([...options, ...more, '--outFile', path(unfinished)], {
    readFile: (file, base) => modules.get(file) ?? textOf(join(base, file)),
  });
  if (error) {
    process.stderr.write(`${stderr.toString()}\n${error.message}\n`);
    process.exit(1);
  }
  renameSync(`${here}${unfinished}`, `${here}${file}`);
  copyFileSync(`${here}${file}`, `${dist}${file}`);
}
