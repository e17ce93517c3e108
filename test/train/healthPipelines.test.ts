import test from 'ava';
import { concatMap, filter, lastValueFrom, range, toArray } from 'rxjs';
import cars from '../../pipelines/cars.ts';
import flights from '../../pipelines/flights.ts';
import penguins from '../../pipelines/penguins.ts';
import spiral from '../../pipelines/spiral.ts';
import { adam, dense, derive, memory, numeric, type Pipeline, sigmoid } from '../../src/index.ts';
import { trainEpoch } from '../../src/pipeline/rows/epoch.ts';
import { prepareRun } from '../../src/pipeline/run/prepare.ts';
import { beginningOf } from '../../src/pipeline/run/runProgress.ts';
import type { Batch, Source } from '../../src/source/types.ts';
import type { Finding } from '../../src/train/types.ts';

/** What health says of a whole run. */
async function findingsOf(pipeline: Pipeline): Promise<readonly Finding[]> {
  const { assembly } = await prepareRun(pipeline, { directory: '' });
  return lastValueFrom(
    range(0, pipeline.epochs).pipe(
      concatMap((epoch) => trainEpoch(assembly, beginningOf(epoch))),
      filter((event) => event.kind === 'finding'),
      toArray(),
    ),
  );
}

/** The first rows of a source, in memory. */
async function firstRows(source: Source, rows: number): Promise<Source> {
  const batches: Batch['records'][] = [];
  let count = 0;
  for await (const { records } of source.open({ signal: new AbortController().signal })) {
    const part = records.slice(0, rows - count);
    batches.push(part);
    count += part.numRows;
    if (count >= rows) break;
  }
  return memory(batches);
}

for (const pipeline of [cars, penguins, spiral]) {
  test(`${pipeline.name} is healthy, looked at every 200 steps and every 20`, async (t) => {
    t.deepEqual(await findingsOf(pipeline), []);
    t.deepEqual(
      await findingsOf({ ...pipeline, epochs: Math.min(pipeline.epochs, 60), health: { everySteps: 20 } }),
      [],
    );
  });
}

test('200,000 flights are healthy', async (t) => {
  const source = await firstRows(flights.source, 200_000);
  t.deepEqual(await findingsOf({ ...flights, source }), []);
});

test('a pipeline may do without', async (t) => {
  const features = { ...cars.features, Weight_in_lbs: numeric({ scale: 'none' }) };
  t.deepEqual(await findingsOf({ ...cars, features, epochs: 1, health: false }), []);
});

test('names the feature of a pipeline that is not scaled', async (t) => {
  const features = { ...cars.features, Weight_in_lbs: numeric({ scale: 'none' }) };
  const findings = await findingsOf({ ...cars, features, epochs: 1 });
  t.deepEqual(
    findings.filter(({ problem }) => problem === 'featureRange').map(({ feature }) => feature),
    ['Weight_in_lbs'],
  );
});

test('of a pipeline at a high learning rate the rate is named, and nothing else', async (t) => {
  const hot = await findingsOf({ ...spiral, optimizer: adam({ learningRate: 1 }) });
  t.deepEqual(
    hot.map(({ problem }) => problem),
    ['learningRateTooHigh'],
  );
  t.true(hot[0].step <= 10);
});

test('names the layers of a pipeline that do not learn', async (t) => {
  const network = [...Array.from({ length: 6 }, () => [dense(32), sigmoid()]).flat(), dense(3)];
  const deep = await findingsOf({ ...spiral, network, epochs: 1 });
  t.deepEqual(
    deep.map(({ problem, layer }) => `${problem} ${layer}`),
    ['vanishingGradient 1.dense'],
  );
});

test('of a feature that gives the target away fitting tells before the first step, and health has nothing to add', async (t) => {
  const leaks: Pipeline = {
    ...cars,
    derive: [...cars.derive, derive('litresPer100km', ['Miles_per_Gallon'], (miles: number) => 235.2 / miles)],
    features: { ...cars.features, litresPer100km: numeric() },
  };
  const { origin } = await prepareRun(leaks, { directory: '' });
  const named = origin.warnings.filter((line) => line.startsWith('feature'));
  t.is(named.length, 1);
  t.regex(named[0], /^feature litresPer100km: it is computed from Miles_per_Gallon, as the target Miles_per_Gallon is/);
  t.deepEqual(await findingsOf({ ...leaks, epochs: 10 }), []);
});
