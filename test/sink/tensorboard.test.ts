import { spawnSync } from 'node:child_process';
import { readdir } from 'node:fs/promises';
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
  numeric,
  relu,
  tensorboard,
  train,
} from '../../src/index.ts';
import { sinkLaws } from '../../src/laws/sinkLaws.ts';
import type { TrainingEvent } from '../../src/train/types.ts';
import { holdTo } from '../holdTo.ts';
import { stoppedAt, temporaryFolder } from '../pipeline/run.ts';

interface ReadValue {
  readonly tag: string;
  readonly simple_value?: number;
  readonly histo?: Readonly<Record<string, number>> & {
    readonly bucket: readonly number[];
    readonly bucket_limit: readonly number[];
  };
  readonly tensor?: { readonly string_val?: readonly string[] };
  readonly hparams?: {
    readonly session_start_info?: { readonly hparams: readonly { readonly key: string; readonly value: unknown }[] };
    readonly session_end_info?: { readonly status: number };
  };
}

interface ReadEvent {
  readonly step?: string;
  readonly file_version?: string;
  readonly session_log?: { readonly status: number };
  readonly summary?: { readonly value: readonly ReadValue[] };
}

const python = ['/usr/bin/python3', 'python3'].find(
  (each) => spawnSync(each, ['-c', 'import google.protobuf']).status === 0,
);

/** The events of each file, in the order in which TensorBoard reads them, as Google's protobuf has them. */
async function eventsIn(directory: string): Promise<readonly (readonly ReadEvent[])[]> {
  const folder = join(directory, 'tensorboard');
  const paths = (await readdir(folder)).sort().map((name) => join(folder, name));
  const read = spawnSync(python!, ['test/sink/readEvents.py', ...paths], { encoding: 'utf8', maxBuffer: 1e8 });
  if (read.status !== 0) throw new Error(read.stderr);
  return read.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

/** The scalars and texts of all files: `tag step value`. */
async function linesIn(directory: string): Promise<string[]> {
  return (await eventsIn(directory)).flat().flatMap(({ step = '0', summary }) =>
    (summary?.value ?? []).flatMap(({ tag, simple_value: number, tensor }) => {
      const [text] = tensor?.string_val ?? [];
      if (text !== undefined) return [`${tag} ${step} ${Buffer.from(text, 'base64').toString()}`];
      return number === undefined ? [] : [`${tag} ${step} ${number}`];
    }),
  );
}

function linesOf(events: readonly TrainingEvent[]): string[] {
  const float = (value: number) => Number(Math.fround(value).toPrecision(8));
  return events.flatMap((event) => {
    const of = (values: Readonly<Record<string, number>>, group = '') =>
      Object.entries(values).map(([name, value]) => `${group}${name} ${event.step} ${float(value)}`);
    if (event.kind === 'step') return [];
    if (event.kind === 'epoch') return of({ 'training/epochLoss': event.loss });
    if (event.kind === 'finding') return [`health/${event.problem} ${event.step} ${event.message}. ${event.advice}`];
    if (event.kind === 'validation') return [...of(event.metrics, 'validation/'), ...of(event.baseline, 'constant/')];
    const { loss, learningRate, gradientNorm, rowsPerSecond } = event;
    return of({ 'training/loss': loss, learningRate, gradientNorm, rowsPerSecond });
  });
}

/** As the reader shows floats of 32 bits, in the digits that tell them apart. */
function rounded(lines: readonly string[]): string[] {
  return lines.map((line) => line.replace(/ (-?\d[\d.e-]*)$/, (_, number) => ` ${Number(number).toPrecision(6)}`));
}

const rows = Array.from({ length: 200 }, (_, i) => ({ a: Math.sin(i), y: Math.sin(i) > 0 ? 1 : 0 }));
const pipeline = definePipeline({
  name: 'p',
  source: memory(rows),
  features: { a: numeric() },
  target: binary('y'),
  split: { validation: 0.2 },
  batch: 16,
  network: [dense(4), relu(), dense(1)],
  loss: binaryCrossEntropy(),
  optimizer: adam({ learningRate: 1e-2 }),
  reportEverySteps: 2,
  epochs: 2,
  sinks: [tensorboard(), checkpoint({ everySteps: 3 })],
});

if (python) {
  holdTo(
    test,
    sinkLaws('tensorboard', {
      make: () => tensorboard(),
      written: async (directory) => rounded(await linesIn(directory)),
      expected: (events) => rounded(linesOf(events)),
    }),
  );

  test('a run has its settings, its curves, and how its parameters are distributed, for another reader', async (t) => {
    const directory = await temporaryFolder(t);
    await train(pipeline, { directory });
    const [events] = await eventsIn(directory);
    t.is(events!.length > 20 && events![0]!.file_version, 'brain.Event:2');
    const values = events!.flatMap(({ summary }) => summary?.value ?? []);
    const settings = values.find(({ tag }) => tag === '_hparams_/session_start_info')!.hparams!.session_start_info!;
    const setting = (name: string) => settings.hparams.find(({ key }) => key === name)?.value;
    t.deepEqual(
      [setting('optimizer.options.learningRate'), setting('loss.name'), setting('movingAverage'), setting('epochs')],
      [0.01, 'binaryCrossEntropy', false, 2],
    );
    t.is(values.at(-1)!.hparams!.session_end_info!.status, 1);
    const weights = values.filter(({ tag }) => tag === 'parameters/1.dense.w');
    t.is(weights.length, 2);
    for (const { histo } of weights) {
      t.is(
        histo!.bucket.reduce((sum, count) => sum + count),
        4,
      );
      t.is(histo!.num, 4);
      t.deepEqual(
        histo!.bucket_limit,
        histo!.bucket_limit.toSorted((a, b) => a - b),
      );
      t.true(histo!.max! <= histo!.bucket_limit.at(-1)! && histo!.min! < histo!.bucket_limit[0]!);
    }
    t.true(values.some(({ tag }) => tag === 'validation/auc') && values.some(({ tag }) => tag === 'constant/auc'));
  });

  test('a resumed run goes on in another file, which takes back what it will write again', async (t) => {
    const directory = await temporaryFolder(t);
    const stopped = stoppedAt(pipeline, 7);
    const { steps } = await train(stopped.pipeline, { directory, signal: stopped.signal });
    await train(pipeline, { directory, resume: true });
    const [before, after] = await eventsIn(directory);
    t.true(before!.length > 2);
    t.is(after![1]!.session_log?.status, 1);
    t.is(Number(after![1]!.step), steps + 1);
    const last = after!.findLast(({ summary }) => summary?.value[0]?.tag === 'training/epochLoss');
    t.is(last?.step, '20');
  });
} else test.skip('needs Python with protobuf', () => {});
