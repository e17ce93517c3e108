import { join } from 'node:path';
import test from 'ava';
import {
  adam,
  binary,
  binaryCrossEntropy,
  definePipeline,
  dense,
  memory,
  numeric,
  type Sink,
} from '../../../src/index.ts';
import { trainJob } from '../../../src/job/training/trainJob.ts';
import type { KnownVersion } from '../../../src/job/types.ts';
import { defineJob, improves, manual, newRows } from '../../../src/jobs.ts';
import { randomSequence } from '../../../src/operators.ts';
import { temporaryFolder } from '../../pipeline/run.ts';
import { trained } from './answerHere.ts';

const hourMs = 3_600_000;
const total = 1200;
const retrainings = 25;

/** Rows of an hour apart that are told apart by a number, some of which come only after a while. */
const random = randomSequence(3, 'data');
const feed = Array.from({ length: total }, (_, id) => ({
  time: new Date(id * hourMs),
  id,
  y: random(id) % 2,
  comesAfter: random(id + total) % 10 === 0 ? 48 : 0,
}));

test('rows that were ever trained on are never scored on, over many retrainings and late rows', async (t) => {
  const folder = await temporaryFolder(t);
  const trainedOn = new Set<number>();
  const scoredOn = new Set<number>();
  let champions: KnownVersion[] = [];
  let watermark: number | null = null;
  for (let run = 0; run < retrainings; run++) {
    const hours = 100 + Math.floor((run * (total - 100)) / retrainings);
    const seen = new Set<number>();
    const spy: Sink = {
      name: 'spy',
      onError: 'stop',
      open: () => ({
        write(event) {
          if (event.kind === 'step') for (let i = 0; i < event.n; i++) seen.add(event.x[i]!);
        },
        close() {},
      }),
    };
    const there = feed.filter(({ id, comesAfter }) => id + comesAfter <= hours);
    // What the source gives first is another row each time.
    const turned = [...there.slice(there.length >> (run % 5)), ...there.slice(0, there.length >> (run % 5))];
    const job = defineJob({
      name: 'often',
      pipeline: definePipeline({
        name: 'often',
        source: memory(turned, { batchRows: 64 + run }),
        features: { id: numeric({ scale: 'none' }) },
        target: binary('y'),
        split: { validation: 0.3 },
        batch: 16 + run,
        network: [dense(1)],
        loss: binaryCrossEntropy(),
        optimizer: adam({ learningRate: 1e-6 }),
        sinks: [spy],
        seed: 9,
      }),
      schedule: manual(),
      data: newRows({ by: 'time', lookback: { hours: 50 }, scoreWindow: { days: 20 } }),
      start: run % 3 === 0 ? 'scratch' : 'warm',
      checks: [improves('auc', { tolerance: 1 })],
    });
    const dueAt = hours * hourMs;
    const directory = join(folder, `${run}`);
    const result = await trainJob(
      job,
      { kind: 'train', jobFile: '', job: 'often', runId: run, directory, dueAt, watermark, champions },
      { signal: new AbortController().signal, send: () => {} },
    );
    if (result.kind === 'interrupted') throw new Error('interrupted');
    const { candidate, checkpoint, trainedRows, newRows: count } = trained({ last: { kind: 'result', result } });
    t.is(count, there.filter(({ id }) => watermark === null || id * hourMs > watermark).length);
    t.is(trainedRows, seen.size);
    for (const id of seen) trainedOn.add(id);
    // What is read for training and not trained on is what is held out.
    const from: number = watermark === null ? Number.NEGATIVE_INFINITY : watermark - 50 * hourMs;
    for (const { id } of there) if (id * hourMs > from && !seen.has(id)) scoredOn.add(id);
    const inWindow = there.filter(({ id }) => id * hourMs > dueAt - 20 * 24 * hourMs);
    t.is(candidate.rows, inWindow.filter(({ id }) => scoredOn.has(id)).length);
    champions = [{ version: run, path: join(directory, checkpoint) }, ...champions].slice(0, 1);
    watermark = dueAt;
  }
  t.deepEqual(
    [...trainedOn].filter((id) => scoredOn.has(id)),
    [],
  );
  t.true(trainedOn.size > 700 && scoredOn.size > 300);
});
