import test from 'ava';
import { openEngine } from '../../../src/engine/openEngine.ts';
import type { Engine } from '../../../src/engine/types.ts';
import { buildLayer } from '../../../src/laws/buildLayer.ts';
import { layerLaws } from '../../../src/laws/layerLaws.ts';
import { distance, float32Engines, numbers, vectorOf } from '../../../src/laws/numbers.ts';
import { batchNorm } from '../../../src/network/layers/batchNorm.ts';
import { holdTo } from '../../holdTo.ts';

holdTo(
  test,
  layerLaws('batchNorm', () => batchNorm(), { rowsDepend: true }),
);

const engines = [openEngine('reference'), ...float32Engines()];
/** gamma 1 and beta 0, as at the beginning. */
const first = (i: number, length: number) => new Array<number>(length).fill(1 - i);
const build = (engine: Engine, width: number, rows: number) => buildLayer(batchNorm(), width, engine, rows, first);

for (const engine of engines) {
  test(`with gamma = sqrt(D) and beta = E it changes nothing, on ${engine.name}`, (t) => {
    const { parameters, buffers, pass } = build(engine, 5, 32);
    const x = numbers(1, 5 * 32).map((value, i) => 3 * value + (i % 5));
    const z = vectorOf(engine, x);
    // From first statistics of 0 and 1, once: mean = 0.1 E, variance = 0.9 + 0.1 D n / (n - 1).
    pass.forward(z, 32, 'training');
    const [mean, variance] = buffers;
    for (let j = 0; j < 5; j++) {
      parameters[0].value[j] = Math.sqrt((((variance[j] - 0.9) / 0.1) * 31) / 32 + 1e-5);
      parameters[1].value[j] = mean[j] / 0.1;
    }
    const tolerance = engine.name === 'reference' ? 1e-12 : 2e-6;
    t.true(distance(pass.forward(z, 32, 'training').slice(0, x.length), x) < tolerance);
  });

  test(`brings units to mean 0 and variance 1, however far from 0 they are, on ${engine.name}`, (t) => {
    const { pass } = build(engine, 3, 64);
    // Multiples of 1/64 about 1024: exact in float32.
    const x = numbers(2, 3 * 64).map((value) => 1024 + Math.round(64 * value) / 64);
    const a = pass.forward(vectorOf(engine, x), 64, 'training');
    for (let j = 0; j < 3; j++) {
      const column = [...a.slice(0, 192)].filter((_, i) => i % 3 === j);
      const mean = column.reduce((sum, value) => sum + value, 0) / 64;
      const variance = column.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 64;
      t.true(Math.abs(mean) < 1e-3, `mean ${mean}`);
      t.true(Math.abs(variance - 1) < 1e-3, `variance ${variance}`);
    }
  });
}

test('keeps running statistics in training, and uses them in inference', (t) => {
  const engine = openEngine('reference');
  const { buffers, pass } = build(engine, 1, 3);
  t.deepEqual(
    buffers.map((buffer) => [...buffer]),
    [[0], [1]],
  );
  // E = 2, and D = (1 + 0 + 1) / 2 = 1 as that of a sample: mean = 0.1 * 2, variance = 0.9 * 1 + 0.1 * 1.
  pass.forward(Float64Array.of(1, 2, 3), 3, 'training');
  t.true(distance(buffers[0], [0.2]) < 1e-15);
  t.true(distance(buffers[1], [1]) < 1e-15);
  const kept = buffers.map((buffer) => buffer.slice());
  const a = pass.forward(Float64Array.of(1.2), 1, 'inference');
  t.true(distance(a.slice(0, 1), [1 / Math.sqrt(1 + 1e-5)]) < 1e-12);
  t.deepEqual(
    buffers.map((buffer) => buffer.slice()),
    kept,
  );
});

test('a row alone gives beta, and leaves the running statistics as they are', (t) => {
  const { buffers, pass } = build(openEngine('reference'), 2, 1);
  t.deepEqual([...pass.forward(Float64Array.of(5, -7), 1, 'training')], [0, 0]);
  t.deepEqual([...(pass.backward(Float64Array.of(1, 1), 1, true) ?? [])], [0, 0]);
  t.deepEqual(
    buffers.map((buffer) => [...buffer]),
    [
      [0, 0],
      [1, 1],
    ],
  );
});

for (const [name, options] of [
  ['momentum', { momentum: 0 }],
  ['momentum', { momentum: 1.1 }],
  ['epsilon', { epsilon: 0 }],
  ['epsilon', { epsilon: Number.NaN }],
] as const) {
  test(`refuses ${JSON.stringify(options)}`, (t) => {
    t.throws(() => batchNorm(options), { name: 'OptionError', message: new RegExp(`^batchNorm: ${name}: expected`) });
  });
}
