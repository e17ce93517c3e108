import test from 'ava';
import { measureEngine } from '../../src/engine/measureEngine.ts';
import { engineNames, openEngine } from '../../src/engine/openEngine.ts';
import type { EngineName } from '../../src/engine/types.ts';

test('opens the fastest engine when none is named', (t) => {
  t.is(openEngine().name, openEngine('blas').name);
});

test('refuses a name that is no engine', (t) => {
  t.throws(() => openEngine('gpu' as EngineName), {
    name: 'OptionError',
    message: "openEngine: name: expected 'blas', 'wasm', 'wasm-strict' or 'reference', got 'gpu'.",
  });
});

for (const name of engineNames) {
  test(`${name} gives zeros, each time others`, (t) => {
    const engine = openEngine(name);
    // Where there is no library, the blas engine is the wasm engine with a note.
    t.is(engine.name, engine.note ? 'wasm' : name);
    const first = engine.vector(5);
    first.fill(1);
    t.deepEqual([...engine.vector(3)], [0, 0, 0]);
    t.deepEqual([...engine.indices(3)], [0, 0, 0]);
    t.deepEqual([...first], [1, 1, 1, 1, 1]);
    t.is(engine.vector(0).length, 0);
  });

  test(`two ${name} engines share no memory`, (t) => {
    const [one, other] = [openEngine(name).vector(4), openEngine(name).vector(4)];
    one.fill(1);
    t.deepEqual([...other], [0, 0, 0, 0]);
  });

  test(`measures the speed of ${name}`, (t) => {
    const { gflops, products } = measureEngine(openEngine(name), { budgetMs: 1 });
    t.true(gflops > 0);
    t.true(products >= 1);
  });
}

for (const name of ['blas', 'wasm', 'wasm-strict'] as const) {
  test(`${name} gives vectors that begin at multiples of 64 bytes`, (t) => {
    const engine = openEngine(name);
    for (const length of [1, 3, 17, 0, 5]) t.is(engine.vector(length).byteOffset % 64, 0);
  });

  test(`arrays of ${name} stay valid when its memory grows`, (t) => {
    const engine = openEngine(name);
    const { kernels } = engine;
    const old = engine.vector(8);
    old.fill(2);
    const bytes = old.buffer.byteLength;
    const late = engine.vector(bytes / 4);
    t.not(late.buffer, old.buffer);
    late.fill(3);
    t.is(kernels.sumOfSquares(late, late.length), 9 * late.length);
    kernels.scale(old, 8, 2);
    t.deepEqual([...old], [4, 4, 4, 4, 4, 4, 4, 4]);
    kernels.matmul(late, old, old, 2, 4, 2);
    t.deepEqual([...late.subarray(0, 5)], [64, 64, 64, 64, 3]);
  });

  test(`${name} refuses an array of another engine`, (t) => {
    const { kernels } = openEngine(name);
    for (const foreign of [openEngine(name).vector(4), new Float32Array(4), openEngine('reference').vector(4)]) {
      t.throws(() => kernels.scale(foreign, 4, 2), {
        name: 'MillraceError',
        message: /^kernel: expected an array in the memory of its engine/,
      });
    }
  });

  test(`${name} says how much there was when its memory is at its end`, (t) => {
    t.throws(() => openEngine(name).vector(2 ** 31), {
      name: 'MillraceError',
      message: /^engine memory: expected room for 8589934592 bytes more/,
    });
  });
}

test('measureEngine refuses a budget of 0', (t) => {
  t.throws(() => measureEngine(openEngine('reference'), { budgetMs: 0 }), { name: 'OptionError' });
});
