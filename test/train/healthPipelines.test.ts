import test from 'ava';
import { concatMap, filter, lastValueFrom, range, toArray } from 'rxjs';
import cars from '../../pipelines/cars.ts';
import flights from '../../pipelines/flights.ts';
import penguins from '../../pipelines/penguins.ts';
import spiral from '../../pipelines/spiral.ts';
import { adam, dense, memory, numeric, type Pipeline, sigmoid } from '../../src/index.ts';
import { trainEpoch } from '../../src/pipeline/epoch.ts';
import { prepareRun } from '../../src/pipeline/prepare.ts';
import { beginningOf } from '../../src/pipeline/progress.ts';
import type { Batch, Finding, Source } from '../../src/types.ts';

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
    findings.filter(({ illness }) => illness === 'featureRange').map(({ feature }) => feature),
    ['Weight_in_lbs'],
  );
});

test('names the units of a pipeline that die at a high learning rate, and the layers that do not learn', async (t) => {
  const hot = await findingsOf({ ...spiral, optimizer: adam({ learningRate: 1 }) });
  t.true(hot.some(({ illness, layer }) => illness === 'deadUnits' && layer === '2.relu'));
  const network = [...Array.from({ length: 6 }, () => [dense(32), sigmoid()]).flat(), dense(3)];
  const deep = await findingsOf({ ...spiral, network, epochs: 1 });
  t.true(deep.some(({ illness, layer }) => illness === 'vanishingGradient' && layer === '1.dense'));
});
