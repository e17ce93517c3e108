import test, { type ExecutionContext } from 'ava';
import {
  adam,
  binary,
  binaryCrossEntropy,
  checkpoint,
  classes,
  crossEntropy,
  definePipeline,
  dense,
  earlyStopping,
  memory,
  movingAverage,
  numeric,
  oneHot,
  type PipelineOptions,
  regression,
  relu,
  type Summary,
  train,
} from '../../../src/index.ts';
import { loadModel } from '../../../src/model.ts';
import { evaluateModel, loadTrained } from '../../../src/operators.ts';
import { temporaryFolder } from '../run.ts';

/** Rows of which about a sixth is late, by chance that hangs on `x` and `kind`. */
const rows = Array.from({ length: 1500 }, (_, i) => {
  const x = Math.sin(i * 12.9898) * 2;
  const kind = ['a', 'b', 'c'][i % 3];
  const chance = Math.abs(Math.sin(i * 78.233) * 43758.5453) % 1;
  return {
    id: i,
    x,
    kind,
    late: chance < 1 / (1 + Math.exp(2.5 - x)),
    three: chance * 3 < 1 + x / 3 ? 'p' : i % 2 ? 'q' : 'r',
  };
});

const common = {
  name: 'answers',
  source: memory(rows),
  features: { x: numeric(), kind: oneHot() },
  split: { validation: 0.4, by: ['id'] },
  batch: 32,
  optimizer: adam({ learningRate: 1e-2 }),
  epochs: 3,
  sinks: [checkpoint()],
  seed: 5,
} as const;

const late = { ...common, target: binary('late'), network: [dense(8), relu(), dense(1)], loss: binaryCrossEntropy() };

async function trained(t: ExecutionContext, options: PipelineOptions): Promise<Summary> {
  return train(definePipeline(options), { directory: await temporaryFolder(t) });
}

/** The held-out rows and what a model says of them. */
async function heldOut(t: ExecutionContext, options: PipelineOptions, { checkpoint }: Summary) {
  const lines: string[] = [];
  const model = await loadModel(checkpoint!, { tell: (line) => lines.push(line) });
  t.teardown(() => model.close());
  const scores = await evaluateModel(await loadTrained(checkpoint!, definePipeline(options)), 'validation');
  return { model, scores, lines };
}

for (const [name, more] of Object.entries({
  'of the last parameters': {},
  'of a moving average': { movingAverage: movingAverage({ decay: 0.95 }) },
  'of the best parameters': { epochs: 12, earlyStopping: earlyStopping({ metric: 'logLoss', patience: 1 }) },
})) {
  test(`the threshold of the greatest F1 is chosen on held-out rows by the probabilities ${name}`, async (t) => {
    const options = { ...late, ...more, threshold: 'f1' as const };
    const summary = await trained(t, options);
    const { model, scores, lines } = await heldOut(t, options, summary);
    const { threshold, chosen } = summary.answers;
    t.is(model.threshold, threshold!);
    t.not(threshold, 0.5);
    // What was promised in training is what the stored model scores.
    t.is(scores.metrics.f1, chosen!.threshold!.score);
    t.true(chosen!.threshold!.score > chosen!.threshold!.scoreAtHalf);
    t.is(chosen!.rows, scores.rows);
    t.deepEqual(lines, []);
    const row = rows.find(({ x }) => x > 1)!;
    const { predicted, probability } = model.predictRow(row);
    t.is(predicted, probability! >= threshold!);
  });
}

test('a threshold that is a number is stored, used in training and by the model; loadModel takes another', async (t) => {
  const options = { ...late, threshold: 0.2 };
  const summary = await trained(t, options);
  const { model, scores } = await heldOut(t, options, summary);
  t.is(model.threshold, 0.2);
  t.is(scores.metrics.f1, summary.validation!.f1);
  const plain = await trained(t, late);
  t.true(summary.validation!.recall > plain.validation!.recall);
  const other = await loadModel(summary.checkpoint!, { threshold: 0.9 });
  t.teardown(() => other.close());
  t.is(other.threshold, 0.9);
  t.not((await loadModel(plain.checkpoint!)).hash, model.hash);
});

test('a false alarm that costs nothing is always preferred', async (t) => {
  const { answers } = await trained(t, { ...late, threshold: { falsePositive: 0, falseNegative: 3 } });
  t.is(answers.chosen?.threshold?.by, 'cost');
  t.is(answers.chosen?.threshold?.score, 0);
  t.true(answers.threshold! < 0.1);
});

for (const calibrate of ['temperature', 'platt', 'isotonic'] as const) {
  test(`${calibrate}: recalibrated probabilities are those of the model, to the same bits, and are told before and after`, async (t) => {
    // Positive rows count five times, which makes probabilities too high.
    const options = { ...late, loss: binaryCrossEntropy({ positiveWeight: 5 }), calibrate };
    const summary = await trained(t, options);
    const { model, scores } = await heldOut(t, options, summary);
    const { before, after } = summary.answers.chosen!.calibration!;
    t.is(before.logLoss, summary.validation!.logLoss);
    t.true(after.logLoss < before.logLoss);
    if (calibrate !== 'temperature') t.true(after.calibrationError < before.calibrationError / 2);
    t.true(Math.abs(scores.metrics.logLoss - after.logLoss) < 0.05);
    t.is(model.calibration?.method, calibrate);
    const single = rows.map((row) => model.predictRow(row).probability);
    const batches: number[] = [];
    for await (const batch of model.predict(common.source))
      batches.push(...(batch.getChild('probability')?.toArray() ?? []));
    t.deepEqual(batches, single);
  });

  test(`${calibrate}: probabilities of more classes are recalibrated, and sum to 1`, async (t) => {
    const options = {
      ...common,
      target: classes('three'),
      network: [dense(8), relu(), dense(3)],
      loss: crossEntropy({ classWeights: [1, 4, 1] }),
      calibrate,
    };
    const summary = await trained(t, options);
    const { model, scores } = await heldOut(t, options, summary);
    const { before, after } = summary.answers.chosen!.calibration!;
    t.true(after.logLoss < before.logLoss, `${after.logLoss}, ${before.logLoss}`);
    t.true(Math.abs(scores.metrics.logLoss - after.logLoss) < 0.05);
    const { probabilities } = model.predictRow(rows[0]);
    t.true(Math.abs(Object.values(probabilities!).reduce((sum, p) => sum + p) - 1) < 1e-12);
  });
}

test('held-out rows of one class choose nothing, and that is said where the model is trained and where it is loaded', async (t) => {
  const options = {
    ...late,
    source: memory(rows.map((row) => ({ ...row, late: row.late && row.id % 50 === 0 }))),
    threshold: 'f1' as const,
    calibrate: 'platt' as const,
  };
  const summary = await trained(t, options);
  const { model, lines } = await heldOut(t, options, summary);
  t.is(model.threshold, 0.5);
  t.is(model.calibration, null);
  t.regex(summary.warnings.at(-1)!, /nothing is chosen by held-out rows: \d of \d+ are of class true, at least 10/);
  t.regex(lines[0]!, /nothing is chosen by held-out rows/);
});

test('a checkpoint of before the first validation says that nothing is chosen yet', async (t) => {
  const options = { ...late, threshold: 'f1' as const, sinks: [checkpoint({ everySteps: 5, keep: 1000 })], epochs: 1 };
  const { checkpoint: last } = await trained(t, options);
  const { lines, model } = await heldOut(t, options, {
    checkpoint: last!.replace(/\d+(?=\.safetensors$)/, (n) => '5'.padStart(n.length, '0')),
  } as Summary);
  t.is(model.step, 5);
  t.regex(lines[0]!, /none has been scored yet/);
});

test('what cannot be chosen is refused when it is declared', (t) => {
  const price = { ...common, target: regression('x'), features: { kind: oneHot() }, network: [dense(1)] };
  const refused = (options: object, message: RegExp) =>
    t.throws(() => definePipeline(options as PipelineOptions), { name: 'OptionError', message });
  refused({ ...late, threshold: 'f2' }, /threshold.*'f1'/s);
  refused({ ...late, threshold: 1.5 }, /threshold.*in \[0, 1\]/s);
  refused({ ...late, threshold: { falsePositive: 0, falseNegative: 0 } }, /one of them above 0/);
  refused({ ...late, threshold: { falsePositive: 1 } }, /falseNegative/);
  refused({ ...late, threshold: { falsePositive: -1, falseNegative: 1 } }, /falsePositive/);
  refused({ ...late, threshold: 'f1', split: { validation: 0 } }, /rows to choose by/);
  refused({ ...late, calibrate: 'platt', split: { validation: 0 } }, /rows to choose by/);
  refused({ ...price, loss: crossEntropy(), calibrate: 'platt' }, /regression/);
  refused({ ...price, loss: crossEntropy(), threshold: 0.3 }, /binary target/);
});
