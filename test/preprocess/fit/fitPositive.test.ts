import { join } from 'node:path';
import test from 'ava';
import { exportModel } from '../../../src/exchange.ts';
import {
  adam,
  binary,
  binaryCrossEntropy,
  checkpoint,
  definePipeline,
  dense,
  memory,
  numeric,
  skipRows,
  train,
} from '../../../src/index.ts';
import { loadModel } from '../../../src/model.ts';
import { temporaryFolder } from '../../pipeline/run.ts';

type Label = string | number | boolean | null;

/** 200 rows, of which those with a large x are positive. */
function pipelineOf(labels: readonly [no: Label, yes: Label], positive: string | number | boolean, odd?: Label) {
  const rows = Array.from({ length: 200 }, (_, i) => {
    const x = ((i * 37) % 200) / 100 - 1;
    return { x, label: i === 150 && odd !== undefined ? odd : labels[x > 0 ? 1 : 0] };
  });
  return definePipeline({
    name: 'positive',
    source: memory(rows),
    features: { x: numeric() },
    target: binary('label', { positive }),
    split: { validation: 0.2 },
    batch: 20,
    network: [dense(1)],
    loss: binaryCrossEntropy(),
    optimizer: adam({ learningRate: 0.1 }),
    epochs: 10,
    sinks: [checkpoint()],
  });
}

for (const [name, labels, positive] of [
  ['strings', ['stays', 'goes'], 'goes'],
  // In order of the rows the positive one comes first, and in order of the alphabet, too.
  ['strings in another order', ['yes', 'no'], 'no'],
  ['numbers', [2, 1], 1],
  ['booleans', [true, false], false],
] as const) {
  test(`a label of ${name}: its probability is that of the positive one, and labels are predicted as they are`, async (t) => {
    const directory = await temporaryFolder(t);
    const summary = await train(pipelineOf(labels, positive), { directory });
    t.true(summary.validation!.auc > 0.99);
    const model = await loadModel(directory);
    t.deepEqual(model.schema.target.classes, labels.map(String));
    t.is(model.schema.predicted, typeof positive as 'string');
    const yes = model.predictRow({ x: 0.9 });
    const no = model.predictRow({ x: -0.9 });
    t.deepEqual([no.predicted, yes.predicted], [...labels]);
    t.true(yes.probability! > 0.8 && no.probability! < 0.2);
    const to = join(directory, 'model.ts');
    await exportModel(directory, to);
    const { predict } = await import(to);
    t.is(predict({ x: 0.9 }).predicted, positive);
    t.is(predict({ x: -0.9 }).predicted, labels[0]);
  });
}

test('a third value is refused by its row, or left out where bad rows are', async (t) => {
  const directory = await temporaryFolder(t);
  const pipeline = pipelineOf(['no', 'yes'], 'yes', 'maybe');
  const message = /binary label.*row 150.*expected 'no' or 'yes', got "maybe"/;
  await t.throwsAsync(train(pipeline, { directory }), { name: 'DataError', message });
  const { badRows, rows } = (await train({ ...pipeline, badRows: skipRows() }, { directory })) as never as {
    readonly badRows: unknown;
    readonly rows: number;
  };
  t.truthy(badRows);
  t.true(rows < 10 * 200);
});

test('a missing label is refused by its row', async (t) => {
  const directory = await temporaryFolder(t);
  await t.throwsAsync(train(pipelineOf(['no', 'yes'], 'yes', null), { directory }), {
    name: 'DataError',
    message: /row 150.*got null/,
  });
});

test('a positive that no row has, one that all rows have, and one of another type are refused', async (t) => {
  const directory = await temporaryFolder(t);
  const refused = [
    [pipelineOf(['no', 'yes'], 'Yes'), 'DataError', /expected|'Yes'/],
    [pipelineOf(['yes', 'yes'], 'yes'), 'DataError', /only 'yes'/],
    [pipelineOf(['0', '1'], 1), 'SchemaError', /a column of numbers, as 1 is one, got string/],
  ] as const;
  for (const [pipeline, name, message] of refused) {
    await t.throwsAsync(train(pipeline, { directory }), { name, message });
  }
  t.throws(() => binary('label', { positive: Number.NaN }), { name: 'OptionError' });
});
