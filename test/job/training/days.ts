import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import type { KnownVersion, TrainingRequest } from '../../../src/job/types.ts';
import { randomSequence } from '../../../src/operators.ts';
import { temporaryFolder } from '../../pipeline/run.ts';
import type { Trained } from './answerHere.ts';

const front = (name: string) => new URL(`../../../src/${name}.ts`, import.meta.url).href;

export const dayMs = 86_400_000;
/** The first moment of a day, counted from 1 January 2001. */
export const dayBegin = (day: number): number => Date.UTC(2001, 0, 1) + day * dayMs;

export interface DayOptions {
  /** @default 400 */
  readonly rows?: number;
  /** Labels the wrong way round. */
  readonly isPoisoned?: boolean;
  /** Of the hours of the day. @default [0, 24] */
  readonly hours?: readonly [from: number, to: number];
  /** The file's name, in the order in which it is read. @default that of the day */
  readonly file?: string;
}

/** Writes the rows of a day as a file: a label that depends on a number and a color, with noise. */
export async function writeDay(folder: string, day: number, options: DayOptions = {}): Promise<void> {
  const { rows = 400, isPoisoned = false, hours = [0, 24], file = `day-${String(day).padStart(3, '0')}` } = options;
  const random = randomSequence(day + 100, 'data');
  const uniform = (row: number, column: number) => random(8 * row + column) / 2 ** 32;
  const lines = Array.from({ length: rows }, (_, row) => {
    const time = dayBegin(day) + Math.floor((hours[0] + ((hours[1] - hours[0]) * row) / rows) * 3_600_000);
    const a = uniform(row, 0) * 4 - 2;
    const color = ['red', 'green', 'blue'][Math.floor(uniform(row, 1) * 3)];
    const isTrue = a + (color === 'red' ? 1 : -0.5) + uniform(row, 2) - 0.5 > 0;
    return `${new Date(time).toISOString()},${a.toFixed(4)},${color},${isTrue !== isPoisoned ? 1 : 0}`;
  });
  await mkdir(join(folder, 'days'), { recursive: true });
  await writeFile(join(folder, 'days', `${file}.csv`), `time,a,color,y\n${lines.join('\n')}\n`);
}

/** Options of a job and of its pipeline, as code. */
export interface JobCode {
  readonly job?: Readonly<Record<string, string>>;
  readonly pipeline?: Readonly<Record<string, string>>;
}

/** Writes a job over the days of a folder, and returns its path. */
export async function writeJob(folder: string, { job = {}, pipeline = {} }: JobCode = {}): Promise<string> {
  const path = join(folder, 'job.mjs');
  const pipelineCode = {
    name: `'daily'`,
    source: `files('${join(folder, 'days', '*.csv')}', (path) => csv(path, { types: { time: 'timestampUtc', y: 'int32' } }))`,
    features: '{ a: numeric(), color: oneHot() }',
    target: `binary('y')`,
    split: '{ validation: 0.25 }',
    batch: '16',
    network: '[dense(8), relu(), dense(1)]',
    loss: 'binaryCrossEntropy()',
    optimizer: 'adam({ learningRate: 1e-2 })',
    sinks: '[progress(), checkpoint({ everySteps: 3, keep: 2 })]',
    seed: '5',
    ...pipeline,
  };
  const jobCode = {
    name: `'daily'`,
    schedule: `cron('0 0 * * *')`,
    data: `newRows({ by: 'time', minRows: 100 })`,
    start: `'warm'`,
    checks: `[improves('auc', { tolerance: 0.02 }), noSliceWorse('auc', { by: 'color', tolerance: 0.1, minRows: 10 })]`,
    ...job,
  };
  const lines = (options: object) =>
    Object.entries(options)
      .map(([key, code]) => `  ${key}: ${code},\n`)
      .join('');
  await writeFile(
    path,
    `import * as index from '${front('index')}';
import * as jobs from '${front('jobs')}';
const millrace = { ...index, ...jobs };
const { ${names.join(', ')} } = millrace;
const pipeline = definePipeline({
${lines(pipelineCode)}});
export default defineJob({
  pipeline,
${lines(jobCode)}});
`,
  );
  return path;
}

const names = [
  ...['adam', 'atLeast', 'binary', 'binaryCrossEntropy', 'checkpoint', 'cron', 'csv', 'defineJob', 'definePipeline'],
  ...[
    'badRowFile',
    'dense',
    'derive',
    'embedding',
    'files',
    'improves',
    'newRows',
    'noSliceWorse',
    'numeric',
    'oneHot',
    'progress',
  ],
  ...['relu', 'sgd', 'limit'],
];

/** A request for the run that is due at the end of a day. */
export function requestOf(folder: string, day: number, given: Partial<TrainingRequest> = {}): TrainingRequest {
  return {
    kind: 'train',
    jobFile: join(folder, 'job.mjs'),
    job: 'daily',
    runId: day,
    directory: join(folder, 'runs', `${day}`),
    dueAt: dayBegin(day + 1) - 1,
    watermark: day === 0 ? null : dayBegin(day) - 1,
    champions: [],
    ...given,
  };
}

/** A folder with a job and so many days from the first. */
export async function folderOf(t: ExecutionContext, days: number, code?: JobCode): Promise<string> {
  const folder = await temporaryFolder(t);
  await writeJob(folder, code);
  for (let day = 0; day < days; day++) await writeDay(folder, day);
  return folder;
}

/** The model that a run has made, named after the run. */
export function versionOf({ directory, runId }: TrainingRequest, { checkpoint }: Trained): KnownVersion {
  return { version: runId, path: join(directory, checkpoint) };
}
