import test, { type ExecutionContext } from 'ava';
import fc from 'fast-check';
import { openEngine } from '../../src/engine/openEngine.ts';
import { isLarge } from '../../src/engine/wasm/productLibrary.ts';
import { openTwin, type Twin } from './twin.ts';

const { name, library, detail } = openEngine('blas');

/** A test of the library, which not every machine has. */
function withLibrary(title: string, run: (t: ExecutionContext) => void): void {
  test(title, (t) => {
    if (name === 'blas') return run(t);
    t.log('left out: no BLAS works here');
    t.pass();
  });
}

const ROUNDING = 2 ** -24;
const forms = ['matmul', 'matmulTransposeB', 'matmulTransposeA'] as const;

/** Holds a product to the reference: each of its k sums is of numbers below 2, each step rounded once. */
function product(twin: Twin, t: ExecutionContext, form: (typeof forms)[number], [n, k, m]: readonly number[]): void {
  const [out, a, b, bias] = [n * m, n * k, k * m, m].map((length) => twin.numbers(length));
  const tolerance = 4 * (k + 1) * ROUNDING;
  twin.run((kernels, x) => kernels[form](out[x], a[x], b[x], n, k, m));
  twin.equal(t, out, tolerance);
  if (form !== 'matmul') return;
  twin.run((kernels, x) => kernels.matmul(out[x], a[x], b[x], n, k, m, bias[x]));
  twin.equal(t, out, tolerance);
}

const size = (most: number) => fc.integer({ min: 1, max: most });

for (const form of forms) {
  withLibrary(`${form} of blas equals reference on both sides of the size from which the library makes it`, (t) => {
    const sides = new Set<boolean>();
    fc.assert(
      fc.property(fc.integer(), size(90), size(90), size(90), (seed, n, k, m) => {
        sides.add(isLarge(n, k, m));
        product(openTwin('blas', seed), t, form, [n, k, m]);
      }),
      { seed: 7, numRuns: 60 },
    );
    t.is(sides.size, 2);
  });

  for (const shape of [
    [512, 29, 64],
    [8, 1024, 10],
    [600, 12, 10],
    [300, 513, 2],
    [128, 784, 257],
    // Cut: into parts for small kernels, into halves, with the rest of a tile at the ends.
    [512, 64, 64],
    [301, 70, 77],
    [67, 300, 131],
    [200, 190, 310],
  ]) {
    withLibrary(`${form} of blas equals reference: ${shape.join(' x ')}`, (t) => {
      product(openTwin('blas', 7), t, form, shape);
    });
  }

  withLibrary(`${form} of blas gives the same bits each time, in each engine`, (t) => {
    const [n, k, m] = [128, 300, 70];
    const [one, other] = [openEngine('blas'), openEngine('blas')].map((engine) => {
      const [out, a, b] = [n * m, n * k, k * m].map((length) => engine.vector(length));
      for (let i = 0; i < a.length; i++) a[i] = ((i * 7919) % 101) / 7;
      for (let i = 0; i < b.length; i++) b[i] = ((i * 104729) % 97) / 9;
      return () => {
        engine.kernels[form](out, a, b, n, k, m);
        return out.slice();
      };
    });
    const first = one();
    for (const again of [one(), other(), one()]) t.deepEqual(again, first);
  });

  withLibrary(`${form} of blas does not read what it writes over`, (t) => {
    const { kernels, vector } = openEngine('blas');
    const [out, a, b] = [6400, 6400, 6400].map((length) => vector(length));
    out.fill(Number.NaN);
    kernels[form](out, a, b, 80, 80, 80);
    t.true(out.every((number) => number === 0));
  });

  withLibrary(`${form} of blas refuses an array of another engine`, (t) => {
    const { kernels, vector } = openEngine('blas');
    const [out, a] = [6400, 6400].map((length) => vector(length));
    for (const foreign of [openEngine('blas').vector(6400), openEngine('reference').vector(6400)]) {
      const refused = { name: 'MillraceError', message: /^kernel: expected an array in the memory of its engine/ };
      t.throws(() => kernels[form](out, a, foreign, 80, 80, 80), refused);
    }
  });
}

withLibrary('a very large product of blas is whole', (t) => {
  const { kernels, vector } = openEngine('blas');
  const [n, k, m] = [2051, 1030, 1030];
  const [out, a, b, bias] = [n * m, n * k, k * m, m].map((length) => vector(length).fill(1));
  kernels.matmul(out, a, b, n, k, m, bias);
  t.true(out.every((number) => number === k + 1));
});

withLibrary('NaN and infinity go through a product of blas', (t) => {
  const { kernels, vector } = openEngine('blas');
  const [out, a, b, bias] = [6400, 6400, 6400, 80].map((length) => vector(length).fill(1));
  a[0] = Number.NaN;
  a[80] = Infinity;
  kernels.matmul(out, a, b, 80, 80, 80, bias);
  t.deepEqual([out[0], out[80], out[160]], [Number.NaN, Infinity, 81]);
});

withLibrary('large products of blas see memory that has grown', (t) => {
  const { kernels, vector } = openEngine('blas');
  const old = vector(6400).fill(1);
  const late = vector(old.buffer.byteLength / 4).fill(2);
  kernels.matmul(late, old, old, 80, 80, 80);
  t.deepEqual([late[0], late[6399], late[6400]], [80, 80, 2]);
});

withLibrary('the engine names its library with all that its bits depend on, and why it was chosen', (t) => {
  t.regex(library ?? '', /^(OpenBLAS .*, 1 thread|BLIS .*, 1 thread|MKL .*, 1 thread|Accelerate|BLAS of .*)$/);
  t.true(detail.includes(library ?? '-'), detail);
  t.regex(detail, /: (named in MILLRACE_BLAS|the first that works), \d+\.\d times as fast when tried\)$/);
});
