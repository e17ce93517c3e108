import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import test from 'ava';
import { openEngine } from '../../src/engine/openEngine.ts';
import { bitsOfLayers, bitsOfLosses, bitsOfProducts, bitsOfStep, bitsOfUpdates } from './bitsOf.ts';

const run = promisify(execFile);

/** Opens an engine in a process with 128-bit lanes, and prints what it makes of the same numbers. */
const script = (name: string) => `
  import { openEngine } from '${new URL('../../src/engine/openEngine.ts', import.meta.url)}';
  import { bitsOfLayers, bitsOfLosses, bitsOfProducts, bitsOfStep, bitsOfUpdates } from '${new URL('./bitsOf.ts', import.meta.url)}';
  const engine = openEngine('${name}');
  const bits = [bitsOfStep, bitsOfLayers, bitsOfLosses, bitsOfProducts, bitsOfUpdates].map((bitsOf) => bitsOf(engine));
  console.log(JSON.stringify([engine.detail, ...bits]));
`;

test('lanes have 256 bits in the pinned runtime where the processor has AVX2', (t) => {
  const told = existsSync('/proc/cpuinfo') ? readFileSync('/proc/cpuinfo', 'utf8') : '';
  const able = process.arch === 'x64' && process.version.startsWith('v24.') && /\bavx2\b/.test(told);
  if (!able) t.log('left out: another runtime or processor');
  else for (const name of ['wasm', 'wasm-strict'] as const) t.regex(openEngine(name).detail, /256-bit lanes/);
  t.pass();
});

for (const name of ['wasm', 'wasm-strict'] as const) {
  test(`${name} gives the same bits with lanes of 256 bits as with 128`, async (t) => {
    const engine = openEngine(name);
    if (!engine.detail.includes('256-bit lanes')) {
      t.log(`left out: no 256-bit lanes here, ${engine.detail}`);
      t.pass();
      return;
    }
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script(name)], {
      cwd: fileURLToPath(new URL('../../', import.meta.url)),
      env: { ...process.env, MILLRACE_LANES: '128' },
    });
    const [detail, ...narrow] = JSON.parse(stdout);
    t.regex(detail, /128-bit lanes/);
    const wide = [bitsOfStep, bitsOfLayers, bitsOfLosses, bitsOfProducts, bitsOfUpdates].map((bitsOf) =>
      bitsOf(engine),
    );
    t.deepEqual(narrow, wide);
  });
}
