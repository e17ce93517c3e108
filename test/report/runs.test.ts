import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import {
  adam,
  binary,
  binaryCrossEntropy,
  checkpoint,
  definePipeline,
  dense,
  memory,
  ndjsonMetrics,
  numeric,
  relu,
  train,
} from '../../src/index.ts';
import { compareRuns } from '../../src/report/compareRuns.ts';
import { findRun } from '../../src/report/findRun.ts';
import { listRuns } from '../../src/report/listRuns.ts';
import { readCurves } from '../../src/report/readCurves.ts';
import { readRun } from '../../src/report/readRun.ts';
import { temporaryFolder } from '../pipeline/run.ts';

const rows = Array.from({ length: 200 }, (_, i) => ({ a: Math.sin(i), y: Math.sin(i) > 0 ? 1 : 0 }));

function pipeline(learningRate: number, units: number) {
  return definePipeline({
    name: 'p',
    source: memory(rows),
    features: { a: numeric() },
    target: binary('y'),
    split: { validation: 0.2 },
    batch: 16,
    network: units === 0 ? [dense(1)] : [dense(units), relu(), dense(1)],
    loss: binaryCrossEntropy(),
    optimizer: adam({ learningRate }),
    reportEverySteps: 1,
    epochs: 2,
    sinks: [ndjsonMetrics(), checkpoint()],
  });
}

test('runs are listed in the order in which they began, each with how it stands', async (t) => {
  const parent = await temporaryFolder(t);
  const at = (number: number) => join(parent, 'p', String(number));
  const log = () => {};
  for (const number of [2, 1]) await train(pipeline(1e-2, 2), { directory: at(number), log });
  await train(pipeline(1e-2, 2), { directory: at(3), log });
  await writeFile(join(at(3), 'summary.json'), '{"outcome": ');
  await mkdir(join(parent, 'p', '4'));
  const damaged: string[] = [];
  const found = await listRuns(parent, (error) => damaged.push(error.message));
  t.deepEqual(
    found.map(({ directory, state }) => [directory, state]),
    [
      [at(2), 'completed'],
      [at(1), 'completed'],
    ],
  );
  t.is(damaged.length, 1);
  t.true(damaged[0]!.startsWith(`${join(at(3), 'summary.json')}: expected JSON, got `), damaged[0]);
  t.deepEqual(await listRuns(join(parent, 'none'), () => t.fail()), []);
});

test('a run without a summary goes on where its process lives, and has died where not', async (t) => {
  const directory = await temporaryFolder(t);
  await train(pipeline(1e-2, 2), { directory, log() {} });
  await rm(join(directory, 'summary.json'));
  t.is((await readRun(directory))?.state, 'died');
  await writeFile(join(directory, 'run.lock'), `${process.pid}\n`);
  t.is((await readRun(directory))?.state, 'running');
});

test('a run is found by its folder, by its name, and the latest by that of its pipeline', async (t) => {
  const parent = await temporaryFolder(t);
  for (const number of [9, 10]) await train(pipeline(1e-2, 2), { directory: join(parent, 'p', `${number}`), log() {} });
  const found = async (named: string) => (await findRun(named, parent)).directory;
  t.is(await found(join(parent, 'p', '9')), join(parent, 'p', '9'));
  t.is(await found('p/9'), join(parent, 'p', '9'));
  t.is(await found('p'), join(parent, 'p', '10'));
  await t.throwsAsync(found('q'), {
    message: /^q: expected the folder of a run, .* got nothing that a run has written/,
  });
});

test('runs are compared in the settings that differ and in all results', async (t) => {
  const parent = await temporaryFolder(t);
  const settings = [pipeline(1e-2, 2), pipeline(1e-3, 0)];
  for (const [i, each] of settings.entries()) await train(each, { directory: join(parent, `${i}`), log() {} });
  const runs = await Promise.all([0, 1].map((i) => findRun(join(parent, `${i}`))));
  const compared = compareRuns(runs);
  t.deepEqual(compared.settings, [
    { name: 'network', values: ['dense units=2 bias=true, relu, dense units=1 bias=true', 'dense units=1 bias=true'] },
    { name: 'optimizer.options.learningRate', values: [1e-2, 1e-3] },
  ]);
  const auc = compared.results.find(({ name }) => name === 'auc');
  t.deepEqual(
    auc?.values,
    runs.map(({ summary }) => summary?.validation?.auc),
  );
  t.deepEqual(compared.results.find(({ name }) => name === 'parameters')?.values, [7, 2]);
});

test('a curve of many reports keeps the least and the greatest of each place', async (t) => {
  const directory = await temporaryFolder(t);
  const lines = Array.from({ length: 1001 }, (_, i) => ({
    kind: 'report',
    step: i + 1,
    loss: i === 333 ? 99 : i === 700 ? null : 1 / (i + 1),
  }));
  await writeFile(
    join(directory, 'metrics.ndjson'),
    `${lines.map((line) => JSON.stringify(line)).join('\n')}\n{"kind": "rep`,
  );
  const { loss, damaged } = await readCurves(directory, 50);
  t.is(damaged, 1);
  t.true(loss!.points.length >= 50 && loss!.points.length < 100, `${loss!.points.length}`);
  const spike = loss!.points.find(({ most }) => most === 99);
  t.true(spike !== undefined && spike.step >= 334 && spike.step < 334 + 32);
  t.is(loss!.points.at(-1)?.step, 1001);
  t.is(loss!.points.at(-1)?.last, 1 / 1001);
  // A loss that was not finite stays to be seen.
  t.true(loss!.points.some(({ most }) => Number.isNaN(most)));
  t.deepEqual(await readCurves(join(directory, 'none'), 10), { validations: [], epochs: [], findings: [], damaged: 0 });
});
