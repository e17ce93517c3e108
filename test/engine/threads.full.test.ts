import { execFile } from 'node:child_process';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import test from 'ava';
import fc from 'fast-check';
import type { BlasLibrary } from '../../src/engine/blas/blasLibrary.ts';
import { findBlas } from '../../src/engine/blas/findBlas.ts';
import { openEngine } from '../../src/engine/openEngine.ts';
import { randomSequence, uniform } from '../../src/engine/random.ts';
import type { KernelExports } from '../../src/engine/wasm/kernelExports.ts';
import { libraryProduct, noLibrary } from '../../src/engine/wasm/productLibrary.ts';
import { startHelper } from '../../src/engine/wasm/startHelper.ts';
import { createTrial } from '../../src/engine/wasm/trial.ts';
import { createWasmMemory } from '../../src/engine/wasm/wasmMemory.ts';
import { type WasmBuild, wasmModule } from '../../src/engine/wasm/wasmModule.ts';
import { wasmUpdates } from '../../src/engine/wasm/wasmUpdates.ts';
import { updatesOf } from './updatesOf.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** The kernels with helpers that have come. */
async function withHelpers(build: WasmBuild, count: number, library?: BlasLibrary) {
  const known = wasmModule(build);
  if (!known) throw new Error('no SIMD here');
  const { module, lanes } = known;
  const wasmMemory = createWasmMemory();
  const { memory, take } = wasmMemory;
  const base = library?.addressOf(new Uint8Array(memory.buffer)) ?? 0;
  const sgemm = library ? libraryProduct(library.sgemm, base) : noLibrary;
  const { exports } = new WebAssembly.Instance(module, { env: { memory, sgemm } });
  const compiled = exports as KernelExports;
  compiled.useSmallKernels(library?.smallKernels ?? false);
  take(compiled.heapBase());
  compiled.useWideTiles(lanes === 256);
  const workers = Array.from({ length: count }, () =>
    startHelper({
      module,
      memory,
      scratch: take(compiled.scratchBytes()).offset,
      ...(library && { library: { path: library.path, module: library.module, base } }),
    }),
  );
  while (compiled.helpers() < count) await setImmediate();
  const random = randomSequence(7, 'data');
  return {
    compiled,
    updates: updatesOf({ update: wasmUpdates(compiled, wasmMemory) }),
    numbers(length: number, from = 0) {
      const { buffer, offset } = take(length * 4);
      const array = new Float32Array(buffer, offset, length);
      for (let i = 0; i < length; i++) array[i] = 2 * uniform(random(from + i)) - 1;
      return array;
    },
    end: () => Promise.all(workers.map((worker) => worker.end())),
  };
}

const bits = (array: Float32Array) => Buffer.from(Float32Array.from(array).buffer);

for (const build of ['relaxed', 'strict'] as const) {
  for (const count of [1, 3]) {
    test(`products of the ${build} build are the same bits on ${count + 1} threads as on one`, async (t) => {
      const { compiled, numbers, end } = await withHelpers(build, count);
      const [out, then, a, b, bias] = [3e5, 3e5, 3e5, 3e5, 1000].map((length) => numbers(length));
      const size = fc.oneof(fc.integer({ min: 1, max: 90 }), fc.integer({ min: 90, max: 700 }));
      // 0 stands for no function.
      const f = fc.integer({ min: 0, max: 12 });
      const form = fc.constantFrom('matmul', 'matmulTransposeB', 'matmulTransposeA');
      fc.assert(
        fc.property(form, f, size, size, size, (form, f, n, k, m) => {
          fc.pre(n * k <= a.length && k * m <= b.length && n * m <= out.length && n * k * m >= 2 ** 18);
          const [alone, shared] = [false, true].map((all) => {
            compiled.invite(all);
            out.fill(Number.NaN);
            then.fill(Number.NaN);
            const [outAt, thenAt, aAt, bAt, biasAt] = [out, then, a, b, bias].map(({ byteOffset }) => byteOffset);
            compiled[form](outAt, aAt, bAt, n, k, m, biasAt, f, thenAt, 0.5);
            return Buffer.concat([bits(out), bits(then)]);
          });
          return alone.equals(shared);
        }),
        { seed: 7, numRuns: 100 },
      );
      t.true(compiled.helped() > 0);
      await end();
    });
  }

  test(`updates of the ${build} build are the same bits on 3 threads as on one`, async (t) => {
    const { compiled, updates, numbers, end } = await withHelpers(build, 2);
    for (const { title, run } of updates) {
      const before = compiled.helped();
      // Where the machine is busy, helpers come late.
      for (let i = 0; i < 2 || compiled.helped() === before; i++) {
        const length = [40001, 100003][i % 2];
        const [alone, shared] = [false, true].map((all) => {
          compiled.invite(all);
          const vectors = [0, 1, 2, 3, 4].map((k) => numbers(length, k));
          const [w, g, ...moments] = vectors;
          for (const moment of moments) moment.fill(0.5);
          for (let step = 0; step < 5; step++) run(w, g, moments);
          return Buffer.concat(vectors.map(bits));
        });
        t.true(alone.equals(shared), title);
      }
    }
    await end();
  });
}

test('sums of squares are the same bits on 2 threads as on one, and right', async (t) => {
  const { compiled, numbers, end } = await withHelpers('strict', 1);
  for (const length of [16385, 100003, 2000001]) {
    const a = numbers(length);
    const exact = a.reduce((sum, value) => sum + value * value, 0);
    const before = compiled.helped();
    do {
      const [alone, shared] = [false, true].map((all) => {
        compiled.invite(all);
        return compiled.sumOfSquares(a.byteOffset, length);
      });
      t.is(shared, alone);
      t.true(Math.abs(alone - exact) < 1e-12 * exact);
    } while (compiled.helped() === before);
  }
  await end();
});

for (const smallKernels of [false, true]) {
  test(`products of a library ${smallKernels ? 'with' : 'without'} small kernels are the same bits on 2 threads as on one`, async (t) => {
    if (openEngine('blas').library === undefined) {
      t.log('left out: no BLAS works here');
      return t.pass();
    }
    const { compiled, numbers, end } = await withHelpers('relaxed', 1, { ...findBlas(), smallKernels });
    const [out, then, a, b, bias] = [3e5, 3e5, 3e5, 3e5, 1000].map((length) => numbers(length));
    // Where the machine is busy, helpers come late.
    do {
      for (const form of [0, 1, 2]) {
        for (const [n, k, m] of [
          [512, 64, 64],
          [301, 270, 77],
          [128, 784, 256],
          [67, 800, 131],
        ]) {
          const [alone, shared] = [false, true].map((all) => {
            compiled.invite(all);
            out.fill(Number.NaN);
            then.fill(Number.NaN);
            const [outAt, thenAt, aAt, bAt] = [out, then, a, b].map(({ byteOffset }) => byteOffset);
            const [biasAt, f] = form === 0 ? [bias.byteOffset, 3] : [0, 0];
            compiled.libraryProduct(form, outAt, aAt, bAt, n, k, m, biasAt, f, thenAt, 0);
            return Buffer.concat([bits(out.subarray(0, n * m)), bits(then.subarray(0, n * m))]);
          });
          t.true(alone.equals(shared), `${form}: ${n} x ${k} x ${m}`);
        }
      }
    } while (compiled.helped() === 0);
    await end();
    return t.pass();
  });
}

test('a helper that sleeps is woken', async (t) => {
  const { compiled, numbers, end } = await withHelpers('relaxed', 1);
  compiled.invite(true);
  const [out, a, b] = [512 * 512, 512 * 512, 512 * 512].map((length) => numbers(length));
  for (let round = 0; round < 3; round++) {
    const before = compiled.helped();
    while (compiled.helped() === before)
      compiled.matmul(out.byteOffset, a.byteOffset, b.byteOffset, 512, 512, 512, 0, 0, 0, 0);
    // Far more looks at memory than a helper makes before it sleeps.
    compiled.invite(false);
    compiled.matmul(out.byteOffset, a.byteOffset, b.byteOffset, 512, 512, 512, 0, 0, 0, 0);
    compiled.invite(true);
  }
  t.true(compiled.helped() >= 3);
  await end();
});

test('openEngine refuses a number of threads out of bounds', (t) => {
  for (const threads of [0, 1.5, 65, Number.NaN]) {
    t.throws(() => openEngine('wasm', { threads }), {
      name: 'OptionError',
      message: `openEngine: threads: expected an integer from 1 to 64, got ${threads}.`,
    });
  }
});

test('an engine starts no thread for small work', (t) => {
  const { kernels, vector } = openEngine('wasm', { threads: 2 });
  const [out, a, b] = [64 * 64, 64 * 64, 64 * 64].map(vector);
  kernels.matmul(out, a, b, 64, 64, 64);
  t.false(process.getActiveResourcesInfo().includes('Worker'));
});

/** Works for longer than helpers take to come, and says whether one and three threads agree. */
const SCRIPT = `
  import { openEngine } from '${new URL('../../src/engine/openEngine.ts', import.meta.url)}';
  const [one, three] = [1, 3].map((threads) => {
    const { kernels, vector } = openEngine('wasm-strict', { threads });
    const [out, a, b] = [0, 1, 2].map(() => vector(256 * 256));
    for (let i = 0; i < a.length; i++) [a[i], b[i]] = [(i % 13) / 13, (i % 7) / 7 / 256];
    for (let round = 0; round < 100; round++) {
      kernels.matmul(out, a, b, 256, 256, 256);
      kernels.matmulTransposeA(a, out, b, 256, 256, 256);
    }
    return a;
  });
  console.log(one.every((value, i) => value === three[i]) ? 'same' : 'different');
`;
const run = promisify(execFile);

test('a process with helpers ends by itself', async (t) => {
  const { stdout, stderr } = await run(process.execPath, ['--input-type=module', '-e', SCRIPT], { cwd: root });
  t.is(stdout, 'same\n');
  t.is(stderr, '');
});

test('a thread that is ended while it loads a library takes no one with it', async (t) => {
  if (openEngine('blas').library === undefined) t.log('left out: no BLAS works here');
  else {
    const script = fileURLToPath(new URL('endHelpers.ts', import.meta.url));
    for (const lastMs of [60, 90]) {
      const { stdout } = await run(process.execPath, [script, `${lastMs}`]);
      t.is(stdout, 'gone by itself');
    }
  }
  t.pass();
});

test('where no thread may be started the caller works alone', async (t) => {
  const permissions = ['--permission', '--allow-fs-read=*'];
  const { stdout } = await run(process.execPath, [...permissions, '--input-type=module', '-e', SCRIPT], { cwd: root });
  t.is(stdout, 'same\n');
});

/** What a trial chooses for the first products, each of one multiplication. */
function choices(products: number, ms: (shared: boolean) => number): boolean[] {
  let shared = false;
  const trial = createTrial((next) => {
    shared = next;
  });
  return Array.from({ length: products }, () => {
    const now = shared;
    trial.record(1, ms(now));
    return now;
  });
}

test('a trial keeps to sharing where that is faster', (t) => {
  const made = choices(10000, (shared) => (shared ? 0.1 : 0.15));
  t.deepEqual(made.slice(0, 64), [...Array(32).fill(false), ...Array(32).fill(true)]);
  t.true(made.filter((shared) => shared).length > 9700);
});

test('a trial of long products has short rounds', (t) => {
  const made = choices(200, (shared) => (shared ? 5 : 8));
  t.deepEqual(made.slice(0, 16), [...Array(8).fill(false), ...Array(8).fill(true)]);
  t.true(made.slice(64).every((shared) => shared));
});

test('a trial keeps to one thread where sharing is slower', (t) => {
  t.true(choices(10000, (shared) => (shared ? 1.5 : 1)).filter((shared) => shared).length < 300);
});

test('a trial gives sharing up at once where it is far slower', (t) => {
  t.true(choices(10000, (shared) => (shared ? 50 : 1)).filter((shared) => shared).length < 20);
});
