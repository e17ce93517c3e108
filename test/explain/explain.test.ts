import { readFileSync } from 'node:fs';
import test from 'ava';
import { correlatedPairs } from '../../src/explain/correlated.ts';
import { dependences } from '../../src/explain/dependences.ts';
import { explainPredictions } from '../../src/explain/explainPredictions.ts';
import { binaryGoodness, confusionOf, residualsOf, thresholdRow } from '../../src/explain/goodness.ts';
import { importances, permutation } from '../../src/explain/importances.ts';
import { outputsOf, score } from '../../src/explain/outputsOf.ts';
import { slicesOf } from '../../src/explain/slices.ts';
import { type Explained, explain, type RowExplanation, shapley } from '../../src/explain.ts';
import {
  adam,
  binary,
  binaryCrossEntropy,
  checkpoint,
  definePipeline,
  dense,
  derive,
  hourOfDay,
  memory,
  numeric,
  oneHot,
  relu,
  train,
} from '../../src/index.ts';
import { loadModel, type ModelRow } from '../../src/model.ts';
import { metricsFor } from '../../src/train/metrics/metricsFor.ts';
import { temporaryFolder } from '../pipeline/run.ts';

const golden = JSON.parse(readFileSync('test/golden/explain.json', 'utf8'));

/** A model whose predictions are known: a function of numbers. */
function known(columns: readonly string[], f: (row: Record<string, number>) => number): Explained {
  return {
    threshold: 0.5,
    schema: {
      columns: columns.map((name) => ({ name, kind: 'number', nullable: false })),
      target: { kind: 'regression', column: 'y', mean: 0, deviation: 1 },
      outputs: ['predicted'],
      predicted: 'number',
    },
    predictRows: (rows) => rows.map((row) => ({ predicted: f(row as never), missing: [], unseen: [] })),
  };
}

const [mse] = metricsFor('regression');
const close = (a: number, b: number, within = 1e-9) => Math.abs(a - b) <= within * Math.max(1, Math.abs(b));

const [c0, c1, c2, intercept] = golden.coefficients as [number, number, number, number];
const linear = known(['x0', 'x1', 'x2'], ({ x0, x1, x2 }) => c0 * x0! + c1 * x1! + c2 * x2! + intercept);
const rows: readonly ModelRow[] = golden.x.map(([x0, x1, x2]: number[]) => ({ x0, x1, x2 }));
const y = Float64Array.from(golden.target as number[]);
const sample = { rows, y, rowsRead: y.length, leftOut: 0 };

test('what the metric loses by an order of the values is what scikit-learn finds', (t) => {
  const whole = score(mse!, outputsOf(linear, rows), y, 0.5);
  for (const [j, orders] of (golden.orders as number[][][]).entries()) {
    for (const [repeat, order] of orders.entries()) {
      const dealt = rows.map((row, i) => ({ ...row, [`x${j}`]: rows[order[i]!]![`x${j}`] }));
      const lost = score(mse!, outputsOf(linear, dealt), y, 0.5) - whole;
      t.true(close(lost, golden.importances[j][repeat]), `${lost}`);
    }
  }
});

test('importances are ordered, seeded, and zero for what is not used', (t) => {
  const model = known(['x0', 'x1', 'x2', 'unused'], ({ x0, x1 }) => 2 * x0! + x1!);
  const labels = Float64Array.from(rows, (row) => 2 * Number(row.x0) + Number(row.x1));
  const given = { rows: rows.map((row, i) => ({ ...row, unused: i })), y: labels, rowsRead: 60, leftOut: 0 };
  const options = { metric: mse!, groups: [['x1', 'x2']], repeats: 5, seed: 1 };
  const found = importances(model, given, options);
  t.deepEqual(
    found.map(({ columns }) => columns),
    [['x0'], ['x1', 'x2'], ['unused']],
  );
  t.deepEqual(found.at(-1)?.loss, { mean: 0, low: 0, high: 0 });
  t.deepEqual(importances(model, given, options), found);
  t.notDeepEqual(importances(model, given, { ...options, seed: 2 }), found);
  // The repeats are the metric itself, from which loss, mean and interval follow.
  const { repeats, loss } = found[0]!;
  t.true(close(loss.mean, repeats.reduce((sum, each) => sum + each, 0) / 5));
  t.true(loss.low < loss.mean && loss.mean < loss.high);
});

test('a permutation has each number once, and depends on all of its path', (t) => {
  const order = permutation(1000, 1, 2, 3);
  t.deepEqual(
    [...order].sort((a, b) => a - b),
    Array.from({ length: 1000 }, (_, i) => i),
  );
  t.notDeepEqual(permutation(1000, 1, 3, 2), order);
});

test('partial dependence is what scikit-learn finds, and the mean of the individual curves', (t) => {
  const [found] = dependences(linear, sample, ['x0'], { rows: 60, individual: 60, values: 5 });
  for (const [i, value] of (golden.grid as number[]).entries()) {
    const at = { ...linear, predictRows: linear.predictRows };
    const mean =
      outputsOf(
        at,
        rows.map((row) => ({ ...row, x0: value })),
      ).reduce((sum, p) => sum + p, 0) / 60;
    t.true(close(mean, golden.average[i]));
  }
  const { values, mean, individual, rows: counts } = found!;
  t.is(values.length, 5);
  t.is(
    counts.reduce((sum, count) => sum + count, 0),
    60,
  );
  for (const [i, value] of values.entries()) {
    const all = individual.predicted!.map((curve) => curve[i]!);
    t.true(close(mean.predicted![i]!, all.reduce((sum, p) => sum + p, 0) / 60));
    const [first] = rows;
    t.true(close(all[0]!, c0 * Number(value) + c1 * Number(first!.x1) + c2 * Number(first!.x2) + intercept));
  }
});

test('curves of probabilities are those of scikit-learn', (t) => {
  const goodness = binaryGoodness(Float64Array.from(golden.p), Float64Array.from(golden.y));
  const same = (found: readonly (readonly [number, number])[], [x, expected]: [number[], number[]]) => {
    const points = x.map((each, i) => [each, expected[i]!] as const);
    for (const [a, b] of found)
      t.true(
        points.some(([u, v]) => close(a, u) && close(b, v)),
        `${a}, ${b}`,
      );
    return points.length;
  };
  t.is(goodness.roc.length, same(goodness.roc, golden.roc));
  // The point (0, 1) of scikit-learn's is of no threshold; recall 0 may come again after it.
  t.true(same(goodness.precisionRecall, golden.precisionRecall) >= goodness.precisionRecall.length);
  const { calibration } = binaryGoodness(Float64Array.from(golden.distinct), Float64Array.from(golden.ones));
  const [predicted, observed] = golden.calibration;
  for (const [i, bin] of calibration.entries()) {
    t.true(close(bin.predicted, predicted[i]) && close(bin.observed, observed[i]), `${i}: ${JSON.stringify(bin)}`);
  }
});

test('tables count rows', (t) => {
  const p = Float64Array.of(0.9, 0.5, 0.4, 0.1);
  const row = thresholdRow(0.5, p, Float64Array.of(1, 0, 1, 0));
  t.like(row, {
    truePositives: 1,
    falsePositives: 1,
    falseNegatives: 1,
    trueNegatives: 1,
    precision: 0.5,
    recall: 0.5,
    f1: 0.5,
  });
  t.deepEqual(confusionOf(Float64Array.of(0.2, 0.8, 0.7, 0.3), Float64Array.of(1, 1), 2), [
    [0, 0],
    [1, 1],
  ]);
  const [low, high] = residualsOf(Float64Array.of(3, 1), Float64Array.of(5, 0.5));
  t.deepEqual(low, { predicted: 1, bias: -0.5, rmse: 0.5, rows: 1 });
  t.deepEqual(high, { predicted: 3, bias: 2, rmse: 2, rows: 1 });
});

const sumOf = ({ effects }: RowExplanation) => effects.reduce((sum, { effect }) => sum + effect, 0);

test('Shapley values of a linear function are its terms, and add up', (t) => {
  const background = rows.slice(0, 20);
  const row = { x0: 1, x1: -2, x2: 0.5 };
  const found = shapley(linear, row, { background });
  t.true(close(sumOf(found), found.value - found.base));
  const coefficients = { x0: c0, x1: c1, x2: c2 };
  for (const { column, effect } of found.effects) {
    const mean = background.reduce((sum, each) => sum + Number(each[column]), 0) / 20;
    const name = column as keyof typeof row;
    t.true(close(effect, coefficients[name] * (row[name] - mean)), column);
  }
});

test('walks through orders give what all coalitions give, within two in a hundred', (t) => {
  const names = Array.from({ length: 9 }, (_, i) => `x${i}`);
  const f = (row: Record<string, number>) => row.x0! * row.x1! + Math.max(row.x2!, row.x3!) + row.x4! ** 2 - row.x5!;
  const made = (seed: number): ModelRow =>
    Object.fromEntries(names.map((name, j) => [name, Math.sin(seed * 7 + j * j)]));
  const background = Array.from({ length: 8 }, (_, i) => made(i + 1));
  const row = made(50);
  const walked = shapley(known(names, f), row, { background, walks: 800 });
  // Without the columns that are not used, all coalitions are computed.
  const exact = shapley(known(names.slice(0, 6), f), row, { background });
  t.true(close(sumOf(walked), walked.value - walked.base, 1e-5));
  t.true(close(walked.base, exact.base));
  const size = Math.max(...exact.effects.map(({ effect }) => Math.abs(effect)));
  for (const { column, effect } of walked.effects) {
    const expected = exact.effects.find((each) => each.column === column)?.effect ?? 0;
    t.true(Math.abs(effect - expected) <= 0.02 * size, `${column}: ${effect}, ${expected}`);
  }
});

test('columns that stand in for each other are named', (t) => {
  const made = Array.from({ length: 200 }, (_, i) => ({
    a: Math.sin(i * i),
    cubed: Math.sin(i * i) ** 3,
    other: Math.cos(3 * i),
    city: `c${i % 5}`,
    country: i % 5 < 3 ? 'x' : 'z',
    code: `k${i % 5}`,
  }));
  const pairs = correlatedPairs(
    { rows: made, y: new Float64Array(200), rowsRead: 200, leftOut: 0 },
    Object.keys(made[0]!),
  );
  t.deepEqual(pairs.map(({ columns }) => columns.join(' ')).sort(), [
    'a cubed',
    'city code',
    'city country',
    'country code',
  ]);
  t.true(pairs.every(({ strength }) => strength > 0.99));
});

test('slices are the metric on parts of the rows, the worst first', (t) => {
  const made = Array.from({ length: 90 }, (_, i) => ({ group: i % 3 === 0 ? 'bad' : i % 3 === 1 ? 'good' : null }));
  const p = Float64Array.from(made, ({ group }, i) => i + (group === 'bad' ? 3 : group === 'good' ? 1 : 2));
  const labels = Float64Array.from(made, (_, i) => i);
  const given = { rows: made, y: labels, rowsRead: 90, leftOut: 0 };
  const options = { metric: mse!, columns: ['group'], times: [], threshold: 0.5, seed: 1 };
  const slices = slicesOf(given, p, { ...options, leastRows: 30 });
  t.deepEqual(
    slices.map(({ value, rows: n, metric, low, high }) => [value, n, metric, low, high]),
    [
      ['bad', 30, 9, 9, 9],
      ['missing', 30, 4, 4, 4],
      ['good', 30, 1, 1, 1],
    ],
  );
  t.deepEqual(slicesOf(given, p, { ...options, leastRows: 31 }), []);
});

const hour = 3_600_000;
const people = Array.from({ length: 400 }, (_, i) => ({
  at: new Date(i * hour * 5),
  size: Math.sin(i) * 3,
  noise: Math.sin(i * i * 0.37),
  town: ['Bern', 'Köln', null][i % 3]!,
  amount: Math.sin(i) + ((i * 5) % 24 > 12 ? 1 : 0) + (i % 3 === 0 ? 0.5 : 0),
}));

test('a trained model is explained from its file: dates and categories move as one, noise costs nothing', async (t) => {
  const directory = await temporaryFolder(t);
  const high = derive('high', ['amount'], (amount: number) => amount > 0.7);
  const pipeline = definePipeline({
    name: 'people',
    source: memory(people),
    derive: [hourOfDay('at'), high],
    features: { hour: oneHot(), size: numeric(), noise: numeric(), town: oneHot({ missing: 'category' }) },
    target: binary('high'),
    batch: 32,
    network: [dense(16), relu(), dense(1)],
    loss: binaryCrossEntropy(),
    optimizer: adam({ learningRate: 1e-2 }),
    epochs: 30,
    sinks: [checkpoint()],
  });
  await train(pipeline, { directory, log() {} });
  const model = await loadModel(directory);
  const source = memory([...people, { ...people[0]!, amount: null as never }]);
  await t.throwsAsync(explain(model, source), {
    name: 'ResumeError',
    message: /the derivation of high, a function of amount/,
  });
  const found = await explain(model, source, { derive: [high], rows: 300 });
  t.like(found, { rows: 300, rowsRead: 401, leftOut: 1, target: 'high' });
  t.deepEqual(
    found.importances
      .map(({ columns }) => columns.join())
      .slice(0, 2)
      .sort(),
    ['at', 'size'],
  );
  const noise = found.importances.find(({ columns }) => columns[0] === 'noise')!;
  const sd = Math.sqrt(
    noise.repeats.reduce((sum, each) => sum + (each - found.metric.value) ** 2, 0) / noise.repeats.length,
  );
  t.true(Math.abs(noise.loss.mean) <= 2 * sd + 0.02, `${noise.loss.mean}`);
  t.deepEqual(found.dependences.map(({ column }) => column).sort(), ['at', 'noise', 'size', 'town']);
  t.deepEqual(found.dependences.find(({ column }) => column === 'town')?.values.at(-1), null);
  t.is(found.binary?.roc.at(-1)?.join(), '1,1');
  t.deepEqual(await explain(model, source, { derive: [high], rows: 300 }), found);

  const keep = ['noise'];
  const reasons: Record<string, unknown>[] = [];
  for await (const batch of explainPredictions(model, 2).predict(memory(people.slice(0, 5)), { keep })) {
    t.deepEqual(
      batch.schema.fields.map(({ name }) => name),
      [...keep, 'predicted', 'probability', 'because_1', 'effect_1', 'because_2', 'effect_2'],
    );
    for (let i = 0; i < batch.numRows; i++) reasons.push(batch.get(i)!.toJSON());
  }
  const all = people.slice(0, 5).map((row) => ({ ...row, at: row.at.getTime() }));
  for (const [i, row] of reasons.entries()) {
    const [first, second] = shapley(model, all[i]!, { background: all }).effects;
    t.deepEqual(
      [row.because_1, row.effect_1, row.because_2, row.effect_2],
      [first!.column, first!.effect, second!.column, second!.effect],
    );
  }

  const background = people.slice(0, 10).map((row) => ({ ...row, at: row.at.getTime() }));
  const because = shapley(model, { at: 7 * hour, size: 2, noise: 0, town: 'Bern' }, { background });
  t.is(because.output, 'probability');
  t.true(close(sumOf(because), because.value - because.base, 1e-5));
  model.close();
});

test('what cannot be said is said', async (t) => {
  const directory = await temporaryFolder(t);
  const labelled = people.map(({ amount, ...row }) => ({ ...row, high: amount > 0.7 }));
  const pipeline = definePipeline({
    name: 'people',
    source: memory(labelled),
    features: { size: numeric() },
    target: binary('high'),
    batch: 32,
    network: [dense(1)],
    loss: binaryCrossEntropy(),
    optimizer: adam(),
    sinks: [checkpoint()],
  });
  await train(pipeline, { directory, log() {} });
  const model = await loadModel(directory);
  const oneClass = await explain(model, memory(labelled.filter(({ high }) => high).slice(0, 50)));
  t.deepEqual([oneClass.importances, oneClass.slices, oneClass.binary], [[], [], undefined]);
  t.regex(oneClass.notes[0]!, /^auc is not defined on these rows, .*: all 50 have the label true$/);
  t.regex(oneClass.notes[1]!, /^50 rows are few/);
  await t.throwsAsync(explain(model, memory(people)), { message: /expected a column high, .* Labels are needed/ });
  await t.throwsAsync(
    explain(
      model,
      memory([
        { size: 1, high: null as boolean | null },
        { size: 2, high: null },
      ]),
      {},
    ),
    {
      message: /expected rows with a label, got 2 rows, none of which has one/,
    },
  );
  await t.throwsAsync(explain(model, memory(labelled), { groups: [['siz']] }), {
    message: /explain: groups: expected columns of the model: size, got siz/,
  });
  await t.throwsAsync(explain(model, memory(labelled), { metric: 'rmse' }), {
    message: /explain: metric: expected one of auc,/,
  });
  model.close();
});
