import test from 'ava';
import { type BlasLibrary, loadBlas } from '../../src/engine/blas/blasLibrary.ts';
import { blasPaths } from '../../src/engine/blas/blasPaths.ts';
import { findBlas } from '../../src/engine/blas/findBlas.ts';
import type { Koffi } from '../../src/engine/blas/loadKoffi.ts';
import { productsAreRight } from '../../src/engine/blas/productsAreRight.ts';
import { openEngine } from '../../src/engine/openEngine.ts';

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

/** A library in JavaScript: what it tells of itself, and its product. */
function libraryOf(told: Readonly<Record<string, unknown>>, wrong = 0): Koffi {
  return {
    load: () => ({
      func(prototype) {
        const [, symbol] = /(\w+)\(/.exec(prototype) as RegExpExecArray;
        if (symbol in told) return () => told[symbol];
        if (symbol !== 'cblas_sgemm') throw new Error(`Cannot find function '${symbol}' in shared library`);
        return (_order, ...given) => {
          const [opA, opB, n, m, k, , a, aStep, b, bStep, beta, c] = given as Parameters<typeof plainSgemm>;
          plainSgemm(opA, opB, n, m, k, 1 + wrong, a, aStep, b, bStep, beta, c);
        };
      },
    }),
  };
}

function plainSgemm(
  opA: number,
  opB: number,
  n: number,
  m: number,
  k: number,
  alpha: number,
  a: Float32Array,
  aStep: number,
  b: Float32Array,
  bStep: number,
  beta: number,
  c: Float32Array,
): void {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < m; j++) {
      let sum = 0;
      for (let p = 0; p < k; p++) {
        sum += a[opA === 112 ? p * aStep + i : i * aStep + p] * b[opB === 112 ? j * bStep + p : p * bStep + j];
      }
      c[i * m + j] = alpha * sum + (beta === 0 ? 0 : beta * c[i * m + j]);
    }
  }
}

test('refuses a library whose products are wrong', (t) => {
  t.throws(() => loadBlas(libraryOf({}, 1e-3), 'libfake.so'), { message: /libfake\.so: .*its products are wrong/ });
});

test('refuses a library whose sizes have 64 bits', (t) => {
  const koffi = libraryOf({ openblas_get_config: 'OpenBLAS 0.3.21 USE64BITINT DYNAMIC_ARCH Zen MAX_THREADS=64' });
  t.throws(() => loadBlas(koffi, 'libfake.so'), { message: /its sizes have 64 bits/ });
});

test('refuses a library that is slower than the wasm engine', (t) => {
  t.throws(() => loadBlas(libraryOf({}), 'libfake.so'), { message: /it is slower than the wasm engine/ });
});

test('a product that adds to what was there, or reads it, where it must not is found out', (t) => {
  const sgemm =
    (change: (beta: 0 | 1) => number): BlasLibrary['sgemm'] =>
    (opA, opB, n, m, k, a, aStep, b, bStep, beta, c) =>
      plainSgemm(
        opA ? 112 : 111,
        opB ? 112 : 111,
        n,
        m,
        k,
        1,
        a as Float32Array,
        aStep,
        b as Float32Array,
        bStep,
        change(beta),
        c as Float32Array,
      );
  t.true(productsAreRight(sgemm((beta) => beta)));
  t.false(productsAreRight(sgemm(() => 0)));
  t.false(productsAreRight(sgemm(() => 1)));
});

test('each platform has places to look at', (t) => {
  for (const platform of ['linux', 'darwin', 'win32'] as const) t.true(blasPaths(platform).length > 0);
  t.true(blasPaths('darwin')[0].includes('Accelerate'));
});
