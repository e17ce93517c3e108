import {
  adam,
  binary,
  binaryCrossEntropy,
  checkpoint,
  definePipeline,
  dense,
  derive,
  embedding,
  memory,
  ndjsonMetrics,
  numeric,
  oneHot,
  type Pipeline,
  relu,
} from '../../src/index.ts';
import { randomSequence } from '../../src/operators.ts';

/** Rows with a pattern that a small network can learn: the label depends on a sum, a category and an interaction. */
export function rows(count: number) {
  const random = randomSequence(1, 'data');
  const uniform = (row: number, column: number) => random(8 * row + column) / 2 ** 32;
  return Array.from({ length: count }, (_, row) => {
    const a = uniform(row, 0) * 4 - 2;
    const b = uniform(row, 1) < 0.1 ? null : uniform(row, 2) * 10;
    const color = ['red', 'green', 'blue'][Math.floor(uniform(row, 3) * 3)];
    const city = `city ${Math.floor(uniform(row, 4) ** 2 * 12)}`;
    const score = a + (color === 'red' ? 1 : -0.5) + ((b ?? 5) - 5) / 5 + uniform(row, 5) - 0.5;
    return { a, b, color, city, score };
  });
}

/** Three epochs in which windows, batches and record batches end at different rows. */
const small: Pipeline = definePipeline({
  name: 'small',
  source: memory(rows(200), { batchRows: 37 }),
  derive: [derive('positive', ['score'], (score: number) => score > 0)],
  features: { a: numeric(), b: numeric({ missing: 'indicator' }), color: oneHot(), city: embedding(2) },
  target: binary('positive'),
  split: { validation: 0.2, seed: 6 },
  shuffle: { memoryMB: 0.0021 },
  batch: 16,
  network: [dense(8), relu(), dense(1)],
  loss: binaryCrossEntropy(),
  optimizer: adam({ learningRate: 1e-2 }),
  epochs: 3,
  sinks: [ndjsonMetrics(), checkpoint({ everySteps: 4, keep: 2 })],
  seed: 3,
  reportEverySteps: 5,
});

export default small;
