/**
 * What others get wrong about resuming, R1 to R11, each as a test with its name. Over 250 lines, since the list stands in one place.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import {
  adam,
  checkpoint,
  cosineDecay,
  memory,
  numeric,
  onPlateau,
  type Pipeline,
  ResumeError,
  type Sink,
  type Source,
  type TrainingEvent,
  train,
} from '../../src/index.ts';
import { loadCheckpoint } from '../../src/operators.ts';
import control from '../pipeline/control.ts';
import { stoppedAt, temporaryFolder } from '../pipeline/run.ts';
import small from '../pipeline/small.ts';
import { epochsOf, pipelineOf, rowCount } from './cases.ts';
import { follow } from './follow.ts';

/** A new pipeline each time: 75 rows in windows of 30, 30 and 15, so that an epoch has 5 + 5 + 3 steps of at most 7 rows. */
const shuffled = () => pipelineOf({ source: 'memory', shuffle: true, ahead: 4, batch: 7 }, { folder: '', url: '' });
const perEpoch = 13;
const steps = epochsOf('memory') * perEpoch;

interface Part {
  readonly pipeline: Pipeline;
  readonly directory: string;
  readonly resume?: boolean;
  /** The step after which it is interrupted; never by default. */
  readonly until?: number;
}

/** Runs a part of a run: the targets of the rows of each step, and the summary. */
async function run({ pipeline, directory, resume = false, until = Number.POSITIVE_INFINITY }: Part) {
  const { sink, targets } = follow();
  const stopping = stoppedAt({ ...pipeline, sinks: [...pipeline.sinks, sink] }, until);
  const summary = await train(stopping.pipeline, { directory, resume, signal: stopping.signal });
  return { targets, summary };
}

async function uninterrupted(t: ExecutionContext, pipeline: Pipeline) {
  return run({ pipeline, directory: await temporaryFolder(t) });
}

/** Every row once: the targets are the rows' numbers, eighths of them. */
function assertWhole(t: ExecutionContext, seen: readonly number[][], where: string): void {
  const numbers = seen.flat().map((target) => 8 * target);
  t.deepEqual(
    numbers.sort((a, b) => a - b),
    Array.from({ length: rowCount }, (_, i) => i),
    where,
  );
}

test('R1 the position is restored with the weights', async (t) => {
  const whole = await uninterrupted(t, shuffled());
  const directory = await temporaryFolder(t);
  await run({ pipeline: shuffled(), directory, until: 8 });
  const rest = await run({ pipeline: shuffled(), directory, resume: true });
  t.deepEqual(rest.targets[0], whole.targets[8]);
  t.notDeepEqual(rest.targets[0], whole.targets[0]);
  t.is(rest.summary.parametersSha256, whole.summary.parametersSha256);
});

test('R2 no row is lost or doubled by the shuffle window', async (t) => {
  for (const until of [1, 4, 5, 6, 10, 12]) {
    const directory = await temporaryFolder(t);
    const before = await run({ pipeline: shuffled(), directory, until });
    const after = await run({ pipeline: shuffled(), directory, resume: true });
    assertWhole(t, [...before.targets, ...after.targets].slice(0, perEpoch), `stopped after step ${until}`);
  }
});

test('R3 a second and a third resume still advance', async (t) => {
  const whole = await uninterrupted(t, shuffled());
  const directory = await temporaryFolder(t);
  const seen: number[][] = [];
  for (const until of [5, 9, 10, 31]) {
    const part = await run({ pipeline: shuffled(), directory, until, resume: until > 5 });
    t.is(part.summary.steps, until);
    seen.push(...part.targets);
  }
  const last = await run({ pipeline: shuffled(), directory, resume: true });
  t.deepEqual([...seen, ...last.targets], whole.targets);
  t.is(last.summary.parametersSha256, whole.summary.parametersSha256);
});

test('R4 the epochs after the one that was broken are whole', async (t) => {
  const directory = await temporaryFolder(t);
  await run({ pipeline: shuffled(), directory, until: perEpoch + 7 });
  const { targets } = await run({ pipeline: shuffled(), directory, resume: true });
  t.is(targets.length, steps - perEpoch - 7);
  for (const epoch of [2, 3]) {
    const begin = (epoch - 1) * perEpoch - 7;
    assertWhole(t, targets.slice(begin, begin + perEpoch), `epoch ${epoch}`);
  }
});

test('R5 a checkpoint exactly at the end of an epoch neither skips nor repeats', async (t) => {
  const whole = await uninterrupted(t, shuffled());
  for (const epoch of [1, 2, 3]) {
    const directory = await temporaryFolder(t);
    const before = await run({ pipeline: shuffled(), directory, until: epoch * perEpoch });
    const after = await run({ pipeline: shuffled(), directory, resume: true });
    t.deepEqual([...before.targets, ...after.targets], whole.targets, `after epoch ${epoch}`);
    t.is(after.summary.parametersSha256, whole.summary.parametersSha256);
  }
});

test('R6 a fresh pipeline finds the right window', async (t) => {
  const whole = await uninterrupted(t, shuffled());
  // The last step of a window, the first and one in the middle of each.
  for (const until of [5, 6, 8, 10, 11, 12, perEpoch + 5, perEpoch + 11]) {
    const directory = await temporaryFolder(t);
    await run({ pipeline: shuffled(), directory, until });
    const { targets } = await run({ pipeline: shuffled(), directory, resume: true, until: until + 3 });
    t.deepEqual(targets, whole.targets.slice(until, until + 3), `stopped after step ${until}`);
  }
});

test('R7 what was read ahead and not trained is trained', async (t) => {
  const rows = Array.from({ length: rowCount }, (_, i) => ({ number: i, whole: i / 8 }));
  let read = 0;
  const source = (): Source => {
    const inner = memory(rows, { batchRows: 5 });
    return {
      ...inner,
      async *open(options) {
        for await (const batch of inner.open(options)) {
          read += batch.records.numRows;
          yield batch;
        }
      },
    };
  };
  const pipeline = (): Pipeline => ({
    ...shuffled(),
    source: source(),
    features: { number: numeric() },
    // Windows of 10 rows.
    shuffle: { memoryMB: 0.00012 },
    batch: 2,
    epochs: 1,
  });
  const directory = await temporaryFolder(t);
  let readAtStop = 0;
  const watch: Sink = {
    name: 'watch',
    onError: 'stop',
    open: () => {
      const fitted = read;
      return {
        write() {
          readAtStop = read - fitted;
        },
        close() {},
      };
    },
  };
  const before = await run({ pipeline: { ...pipeline(), sinks: [checkpoint(), watch] }, directory, until: 3 });
  t.true(readAtStop > before.targets.flat().length, `${readAtStop} rows were read, 6 trained`);
  const after = await run({ pipeline: pipeline(), directory, resume: true });
  assertWhole(t, [...before.targets, ...after.targets], 'before and after');
});

test('R8 another batch size is refused', async (t) => {
  const directory = await temporaryFolder(t);
  await run({ pipeline: shuffled(), directory, until: 8 });
  const error = await t.throwsAsync(train({ ...shuffled(), batch: 8 }, { directory, resume: true }), {
    instanceOf: ResumeError,
  });
  t.regex(error.message, /got another \(then -> now\): batch: 7 -> 8\. Undo the change/);
});

/** A sink that writes down what was due at which step. */
function diary(entries: string[]): Sink {
  return {
    name: 'diary',
    onError: 'stop',
    open: () => ({
      write({ kind, step }: TrainingEvent) {
        if (kind !== 'step') entries.push(`${kind} at ${step}`);
      },
      close() {},
    }),
  };
}

test('R9 validation, reports and saving fall due at the same steps as without the break', async (t) => {
  const pipeline = (entries: string[]): Pipeline => ({
    ...small,
    validateEverySteps: 3,
    sinks: [checkpoint({ everySteps: 4, keep: 100 }), diary(entries)],
  });
  const whole: string[] = [];
  const directoryOfWhole = await temporaryFolder(t);
  const { summary } = await run({ pipeline: pipeline(whole), directory: directoryOfWhole });
  t.true(whole.some((entry) => entry.startsWith('validation')) && whole.some((entry) => entry.startsWith('report')));
  const namesIn = async (directory: string) => (await readdir(join(directory, 'checkpoints'))).sort();
  const due = await namesIn(directoryOfWhole);
  for (const until of [2, 3, 4, 10, 11, 12, 22]) {
    const entries: string[] = [];
    const directory = await temporaryFolder(t);
    await run({ pipeline: pipeline(entries), directory, until });
    const resumed = await run({ pipeline: pipeline(entries), directory, resume: true });
    t.deepEqual(entries, whole, `stopped after step ${until}`);
    t.is(resumed.summary.parametersSha256, summary.parametersSha256);
    // The break itself saves too.
    const atBreak = `step-${String(until).padStart(9, '0')}.safetensors`;
    t.deepEqual(await namesIn(directory), [...new Set([...due, atBreak])].sort());
  }
});

const memories: Readonly<Record<string, Pipeline>> = {
  'optimizer moments and warmup': {
    ...small,
    optimizer: adam({ learningRate: cosineDecay({ learningRate: 0.1, steps: 30, warmupSteps: 12 }) }),
  },
  'a plateau, early stopping and a moving average': control,
  'a plateau in which every validation counts': {
    ...control,
    earlyStopping: false,
    epochs: 6,
    optimizer: adam({ learningRate: onPlateau({ learningRate: 0.3, metric: 'logLoss', patience: 1, factor: 0.5 }) }),
  },
};

for (const [title, pipeline] of Object.entries(memories)) {
  test(`R10 counters go on: ${title}`, async (t) => {
    const whole = await uninterrupted(t, pipeline);
    const last = await loadCheckpoint(whole.summary.checkpoint ?? '');
    for (let until = 1; until < whole.summary.steps; until += 4) {
      const directory = await temporaryFolder(t);
      const half = await run({ pipeline, directory, until });
      const { tensors } = await loadCheckpoint(half.summary.checkpoint ?? '');
      t.true(
        Object.keys(tensors).some((name) => /adam/.test(name)),
        Object.keys(tensors).join(),
      );
      const resumed = await run({ pipeline, directory, resume: true });
      // Every tensor, every counter: weights, moments, averages, places.
      t.deepEqual(await loadCheckpoint(resumed.summary.checkpoint ?? ''), last, `stopped after step ${until}`);
    }
  });
}

test('R11 a resume that finds nothing to resume says so, and trains nothing', async (t) => {
  const directory = await temporaryFolder(t);
  const { sink, targets } = follow();
  const pipeline = { ...shuffled(), sinks: [checkpoint(), sink] };
  const error = await t.throwsAsync(train(pipeline, { directory, resume: true }), { instanceOf: ResumeError });
  t.regex(error.message, /expected a checkpoint to resume, got none/);
  t.deepEqual(targets, []);
  t.deepEqual(await readdir(directory), []);
});
