/**
 * Compiles `assembly/` to `kernels-strict.wasm` and `kernels-relaxed.wasm`, here for the sources and in `dist` for the package.
 * Run by `npm run prepare`.
 */
import { copyFileSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';
import { tileSource } from './tileSource.ts';

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

/** The compiler asks for many files to find out which there are. */
function textOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

/** It has no file: `tileSource` writes it. */
const TILE = path('assembly/tile.ts');

for (const [name, tileRows, more] of [
  ['strict', 5, []],
  ['relaxed', 6, ['--enable', 'relaxed-simd']],
] as const) {
  const file = `kernels-${name}.wasm`;
  // Under another name until it is whole: a process that starts meanwhile reads the old one.
  const unfinished = `kernels-${name}.part.wasm`;
  const { error, stderr } = await asc.main([...options, ...more, '--outFile', path(unfinished)], {
    readFile: (file, base) => (file === TILE ? tileSource(tileRows) : textOf(join(base, file))),
  });
  if (error) {
    process.stderr.write(`${stderr.toString()}\n${error.message}\n`);
    process.exit(1);
  }
  renameSync(`${here}${unfinished}`, `${here}${file}`);
  copyFileSync(`${here}${file}`, `${dist}${file}`);
}
