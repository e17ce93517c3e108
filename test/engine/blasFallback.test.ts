import { existsSync, readFileSync } from 'node:fs';
import test from 'ava';
import { blasPaths } from '../../src/engine/blas/blasPaths.ts';
import { findBlas } from '../../src/engine/blas/findBlas.ts';
import { loadBlas } from '../../src/engine/blas/loadBlas.ts';
import type { Koffi } from '../../src/engine/blas/loadKoffi.ts';
import { productsAreRight } from '../../src/engine/blas/productsAreRight.ts';

import { openEngine } from '../../src/engine/openEngine.ts';
import type { Sgemm } from '../../src/engine/wasm/productLibrary.ts';

/** What MILLRACE_BLAS is while `run` runs. */
function named<T>(path: string, run: () => T): T {
  const before = process.env.MILLRACE_BLAS;
  process.env.MILLRACE_BLAS = path;
  try {
    return run();
  } finally {
    if (before === undefined) delete process.env.MILLRACE_BLAS;
    else process.env.MILLRACE_BLAS = before;
  }
}

for (const [what, path] of [
  ['is not there', '/nowhere/libopenblas.so.0'],
  ['is no library', process.execPath],
  ['is another library', process.platform === 'linux' ? 'libm.so.6' : '/nowhere/libm'],
]) {
  test.serial(`falls back to the wasm engine, and says why, where MILLRACE_BLAS ${what}`, (t) => {
    for (const engine of named(path, () => [openEngine('blas'), openEngine()])) {
      t.is(engine.name, 'wasm');
      t.is(engine.library, undefined);
      t.regex(engine.note ?? '', /^blas engine: .*expected .* got .*\.$/);
      t.notRegex(engine.note ?? '', /\n/);
      const out = engine.vector(1);
      engine.kernels.matmul(out, engine.vector(2).fill(2), engine.vector(2).fill(3), 1, 2, 1);
      t.is(out[0], 12);
    }
  });
}

test.serial('looks for a library once', (t) => {
  const errors = named('/nowhere/once.so', () =>
    [0, 1].map(() => t.throws(() => findBlas(), { name: 'MillraceError' })),
  );
  t.is(errors[0], errors[1]);
});

test('the wasm engine carries no note when it is asked for', (t) => {
  t.is(openEngine('wasm').note, undefined);
});

/** Where the memory that was asked for last would lie. */
const BASE = 2 ** 30;

/** A library in JavaScript: what it tells of itself, and its product. */
function libraryOf(told: Readonly<Record<string, unknown>>, wrong = 0): Koffi {
  let memory: Float32Array = new Float32Array(0);
  return {
    address(array) {
      memory = new Float32Array(array.buffer);
      return BigInt(BASE);
    },
    load: () => ({
      func(prototype) {
        const [, symbol] = /(\w+)\(/.exec(prototype) as RegExpExecArray;
        if (symbol in told) return () => told[symbol];
        if (symbol !== 'cblas_sgemm') throw new Error(`Cannot find function '${symbol}' in shared library`);
        return (_order, ...given) => {
          const [opA, opB, n, m, k, , a, aStep, b, bStep, beta, c, cStep] = given as readonly number[];
          plainSgemm(memory, 1 + wrong)(opA === 112, opB === 112, n, m, k, a, aStep, b, bStep, beta, c, cStep);
        };
      },
    }),
  };
}

function plainSgemm(memory: Float32Array, alpha: number): Sgemm {
  return (transposeA, transposeB, n, m, k, a, aStep, b, bStep, beta, c, cStep) => {
    const [aAt, bAt, cAt] = [a, b, c].map((address) => (address - BASE) / 4);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < m; j++) {
        let sum = 0;
        for (let p = 0; p < k; p++) {
          sum +=
            memory[aAt + (transposeA ? p * aStep + i : i * aStep + p)] *
            memory[bAt + (transposeB ? j * bStep + p : p * bStep + j)];
        }
        const at = cAt + i * cStep + j;
        memory[at] = alpha * sum + (beta === 0 ? 0 : beta * memory[at]);
      }
    }
  };
}

test('refuses a library whose products are wrong', (t) => {
  t.throws(() => loadBlas(libraryOf({}, 1e-3), 'libfake.so'), { message: /libfake\.so: .*its products are wrong/ });
});

test('refuses a library whose sizes have 64 bits', (t) => {
  const koffi = libraryOf({ openblas_get_config: 'OpenBLAS 0.3.21 USE64BITINT DYNAMIC_ARCH Zen MAX_THREADS=64' });
  t.throws(() => loadBlas(koffi, 'libfake.so'), { message: /its sizes have 64 bits/ });
});

test('refuses a library that is much slower than the wasm engine', (t) => {
  t.throws(() => loadBlas(libraryOf({}), 'libfake.so'), {
    message: /it takes more than twice as long as the wasm engine/,
  });
});

test('refuses a library that takes the processor for an old one, by name and not by its speed', (t) => {
  const cpuinfo = existsSync('/proc/cpuinfo') ? readFileSync('/proc/cpuinfo', 'utf8') : '';
  if (!/\bavx2\b/.test(cpuinfo)) t.pass('left out: no AVX2 here');
  else
    for (const core of ['Prescott', 'Nehalem']) {
      const koffi = libraryOf({ openblas_get_config: 'OpenBLAS 0.3.21 DYNAMIC_ARCH', openblas_get_corename: core });
      t.throws(() => loadBlas(koffi, 'libfake.so'), {
        message: /OpenBLAS 0\.3\.21 \w+, 1 thread, made for one without AVX/,
      });
    }
});

test('a product that adds to what was there, or reads it, where it must not is found out', (t) => {
  const library = (change: (beta: number) => number) => {
    let sgemm = plainSgemm(new Float32Array(0), 1);
    return {
      addressOf(array: Uint8Array) {
        sgemm = plainSgemm(new Float32Array(array.buffer), 1);
        return BASE;
      },
      sgemm: ((...[opA, opB, n, m, k, a, aStep, b, bStep, beta, ...rest]) =>
        sgemm(opA, opB, n, m, k, a, aStep, b, bStep, change(beta), ...rest)) as Sgemm,
    };
  };
  t.true(productsAreRight(library((beta) => beta)));
  t.false(productsAreRight(library(() => 0)));
  t.false(productsAreRight(library(() => 1)));
});

test('each platform has places to look at', (t) => {
  for (const platform of ['linux', 'darwin', 'win32'] as const) t.true(blasPaths(platform).length > 0);
  t.true(blasPaths('darwin')[0].includes('Accelerate'));
  for (const platform of ['linux', 'darwin', 'win32'] as const) {
    const paths = blasPaths(platform).join();
    for (const known of ['openblas', 'mkl_rt', 'blis']) t.true(paths.includes(known), `${platform}: ${known}`);
  }
});
