import test from 'ava';
import cars from '../../../pipelines/cars.ts';
import flights from '../../../pipelines/flights.ts';
import nightly from '../../../pipelines/jobs/flights-nightly.ts';
import penguins from '../../../pipelines/penguins.ts';
import spiral from '../../../pipelines/spiral.ts';
import { derive, memory, numeric, oneHot, type Pipeline, regression, skipRows, vector } from '../../../src/index.ts';
import { createGate, randomSequence } from '../../../src/operators.ts';
import { createBadRows } from '../../../src/pipeline/badRows/badRows.ts';
import { createColumnSample } from '../../../src/pipeline/rows/columnSample.ts';
import { columnsToRead } from '../../../src/pipeline/rows/columnsToRead.ts';
import { fitPipeline } from '../../../src/pipeline/run/fit.ts';
import { batchOf } from '../../preprocess/batchOf.ts';
import small, { rows } from '../small.ts';
import lives from '../titanic.ts';

async function warningsOf(pipeline: Pipeline): Promise<readonly string[]> {
  const { badRows: policy, source } = pipeline;
  const badRows = createBadRows({ policy, source: source.name });
  const { warnings } = await fitPipeline(pipeline, {
    gate: createGate(),
    columns: await columnsToRead(pipeline),
    badRows,
  });
  return warnings.filter((line) => line.startsWith('feature'));
}

for (const pipeline of [flights, nightly.pipeline, cars, penguins, spiral, small, lives]) {
  test(`nothing gives the target of ${pipeline.name} away`, async (t) => {
    t.timeout(120_000);
    t.deepEqual(await warningsOf(pipeline), []);
  });
}

const random = randomSequence(8, 'data');
const data = rows(3000).map((row, i) => ({
  ...row,
  score: row.score,
  // Known only when all is over.
  receipt: row.score > 0 ? `sent ${i % 3}` : null,
  outcome: (row.score > 0 ? 7 : 3) + (random(i) / 2 ** 32) * 2,
  pixels: [row.score, 1],
}));
const wide: Pipeline = { ...small, source: memory(data, { batchRows: 500 }) };

test('a number and a category that give the target away are named, also where rows are left out and there are vectors', async (t) => {
  const features = {
    ...small.features,
    outcome: numeric(),
    receipt: oneHot({ missing: 'category' }),
    pixels: vector(2),
  };
  for (const badRows of ['fail', skipRows()] as const) {
    const warnings = await warningsOf({ ...wide, features, badRows });
    t.is(warnings.length, 2);
    for (const [i, name] of ['outcome', 'receipt'].entries()) {
      t.regex(
        warnings[i]!,
        new RegExp(
          `^feature ${name} alone tells positive in 100 % of 2\\d{3} rows: it may give the target away. Leave it out, unless`,
        ),
      );
    }
  }
});

test('a regression names the feature from which it follows', async (t) => {
  const pipeline = {
    ...wide,
    derive: [derive('total', ['score'], (score: number) => 1.19 * score)],
    features: { ...small.features, total: numeric(), outcome: numeric() },
    target: regression('score'),
  };
  t.deepEqual(await warningsOf(pipeline), [
    'feature total: it is computed from score, as the target score is, and may be given away by it. Leave it out, unless it is known when predictions are made',
  ]);
  const { derive: _, ...rest } = pipeline;
  const told = await warningsOf({
    ...rest,
    derive: [],
    source: memory(data.map((row) => ({ ...row, total: 1.19 * row.score }))),
  });
  t.deepEqual(told, [
    'feature total alone tells score almost exactly: it may give the target away. Leave it out, unless it is known when predictions are made',
  ]);
});

test('the sample is of all rows, the same each time, and no larger than it may', (t) => {
  const { features, target } = { features: { a: numeric() }, target: regression('y') };
  const sampleOf = (batchRows: number) => {
    const sample = createColumnSample({ features, target });
    for (let at = 0; at < 200_000; at += batchRows) {
      const ids = Float64Array.from({ length: Math.min(batchRows, 200_000 - at) }, (_, i) => at + i);
      sample.add(batchOf({ a: [...ids], y: [...ids].map((id) => 2 * id) }));
    }
    return sample.finish();
  };
  const { rows, target: y, features: sampled } = sampleOf(65_536);
  t.true(rows >= 8_192 * 0.95 && rows <= 16_384, `${rows}`);
  t.is(y.length, rows);
  t.deepEqual(
    y,
    sampled[0]!.values.map((a) => 2 * a),
  );
  const tenths = new Float64Array(10);
  for (const value of sampled[0]!.values) tenths[Math.floor(value / 20_000)]++;
  for (const count of tenths) t.true(Math.abs(count - rows / 10) < 4 * Math.sqrt(rows / 10), `${tenths}`);
  t.deepEqual(sampleOf(9999), sampleOf(65_536));
});
