import test, { type ExecutionContext } from 'ava';
import {
  binary,
  binaryCrossEntropy,
  DataError,
  definePipeline,
  dense,
  memory,
  numeric,
  SchemaError,
  sgd,
  train,
} from '../../../src/index.ts';
import { temporaryFolder } from '../run.ts';

const rows = [
  { x: 1, y: 1, w: 2 },
  { x: -1, y: 0, w: 1 },
  { x: 3, y: 0, w: 0 },
  { x: 0.5, y: 1, w: 3 },
];

/** Each row as often as its weight says. */
const repeated = rows.flatMap((row) => Array.from({ length: row.w }, () => row));

async function oneStep(t: ExecutionContext, data: readonly object[], weight: string | false) {
  const pipeline = definePipeline({
    name: 'weighted',
    source: memory(data),
    features: { x: numeric({ scale: 'none' }) },
    target: binary('y'),
    weight,
    batch: 16,
    network: [dense(1)],
    loss: binaryCrossEntropy(),
    optimizer: sgd({ learningRate: 0.5 }),
    epochs: 3,
    shuffle: false,
    seed: 5,
  });
  return train(pipeline, { directory: await temporaryFolder(t), engine: 'reference' });
}

test('a row of weight two trains as two rows, one of weight zero as none', async (t) => {
  const weighted = await oneStep(t, rows, 'w');
  const plain = await oneStep(t, repeated, false);
  t.true(Math.abs((weighted.loss ?? 0) - (plain.loss ?? 1)) < 1e-12);
  t.not(weighted.loss, (await oneStep(t, rows, false)).loss);
});

test('a weight that is missing or negative is refused with its row', async (t) => {
  for (const w of [null, -1]) {
    const error = await t.throwsAsync(oneStep(t, [...rows, { x: 0, y: 1, w }], 'w'), { instanceOf: DataError });
    t.regex(error.message, /weight w.*row 4.*expected a finite number of at least 0/);
  }
  const error = await t.throwsAsync(oneStep(t, rows, 'v'), { instanceOf: SchemaError });
  t.regex(error.message, /column v/);
});
