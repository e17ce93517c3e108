import { copyFile, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import {
  csv,
  definePipeline,
  describe,
  files,
  limit,
  memory,
  type PipelineOptions,
  repeatSource,
  type Source,
  train,
  watch,
} from '../../../src/index.ts';
import { createGate, splitRows } from '../../../src/operators.ts';
import arrivals, { batch, windowRows } from '../arrivals.ts';
import { type Ended, type Kill, millrace, summaryOf, temporaryFolder } from '../run.ts';
import small from '../small.ts';

const fileRows = 60;

/** Puts a whole file of rows `number * fileRows ...` into the folder, as many as several files have. */
async function arrive(folder: string, number: number, files = 1): Promise<void> {
  const rows = Array.from({ length: files * fileRows }, (_, i) => number * fileRows + i);
  const path = join(folder, `.${number}`);
  await writeFile(path, `x,y\n${rows.map((id) => `${(id * 7919) % 100},${id / 1000}\n`).join('')}`);
  await rename(path, join(folder, `${number}.csv`));
}

/** The rows of each step that was made, by its number. */
function stepsOf({ stderr }: Ended): Map<number, string> {
  return new Map([...stderr.matchAll(/^step (\d+): (.*)$/gm)].map(([, step, ids = '']) => [Number(step), ids]));
}

const stepsInOrder = (steps: ReadonlyMap<number, string>) => [...steps].sort(([a], [b]) => a - b);

/** The rows of the training side of files, in order. */
async function trainingRows(folder: string, names: readonly string[]): Promise<number[]> {
  const paths = names.map((name) => join(folder, name));
  const ids: number[] = [];
  await createGate()
    .open(
      files(paths, (path) => csv(path, { types: 'float64' })),
      { columns: ['x', 'y'] },
    )
    .pipe(splitRows({ ...arrivals.split, by: ['x'], side: 'training' }))
    .forEach(({ records, selected = [] }) => {
      for (const row of selected) ids.push(Math.round(records.getChild('y')?.get(row) * 1000));
    });
  return ids;
}

test('trains on files as they arrive; killed and resumed it reads none twice, skips none and ends with the same bits', async (t) => {
  t.timeout(180_000);
  const folder = await temporaryFolder(t);
  const directory = await temporaryFolder(t);
  const seen = new Map<number, string>();
  const run = async (here: string, out: string, more: readonly string[], kill: Kill) => {
    const args = ['train', 'test/pipeline/arrivals.ts', '--out', out, '--json', '--engine', 'wasm', ...more];
    return millrace(args, { env: { ARRIVALS: here }, kill });
  };
  const now = (signal: Kill['signal'], step: number): Kill => ({
    signal,
    afterMs: 0,
    since: new RegExp(`^step ${step}:`, 'm'),
  });

  // Nothing is there when it begins; the second file completes the rows that fitting wants.
  const first = run(folder, directory, [], now('SIGKILL', 7));
  for (const number of [0, 1, 2]) await arrive(folder, number);
  for (const [step, ids] of stepsOf(await first)) seen.set(step, ids);
  await arrive(folder, 3);
  const second = run(folder, directory, ['--resume'], now('SIGKILL', 22));
  await arrive(folder, 4);
  await arrive(folder, 5);
  for (const [step, ids] of stepsOf(await second)) {
    if (seen.has(step)) t.is(ids, seen.get(step) ?? '', `step ${step} is made of the same rows again`);
    seen.set(step, ids);
  }
  const names = [0, 1, 2, 3, 4, 5].map((number) => `${number}.csv`);
  const windows = Math.floor((await trainingRows(folder, names)).length / windowRows);
  const lastStep = windows * Math.ceil(windowRows / batch);
  const ended = await run(folder, directory, ['--resume'], now('SIGINT', lastStep));
  for (const [step, ids] of stepsOf(ended)) seen.set(step, ids);

  const journal = await readFile(join(folder, '.millrace-order'), 'utf8');
  const read = journal
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).file);
  t.deepEqual([...read].sort(), names, 'each file once');
  const ids = await trainingRows(folder, read);
  const trained = stepsInOrder(seen).flatMap(([, each]) => each.split(' ').map(Number));
  for (let window = 0; window < windows; window++) {
    const rowsOf = (all: readonly number[]) => all.slice(window * windowRows, (window + 1) * windowRows).sort();
    t.deepEqual(rowsOf(trained), rowsOf(ids), `the rows of window ${window}`);
  }
  t.is(trained.length, windows * windowRows);

  t.is(ended.code, 130, ended.stderr);
  const summary = summaryOf(ended);
  t.is(summary.outcome, 'interrupted');
  t.is(summary.steps, lastStep);
  t.is(summary.rows, trained.length);
  t.is(summary.epochs, 0);
  t.true(summary.validationRows > 0 && summary.validationRows < 20, 'held-out rows of the first 70');
  t.true(Number.isFinite(summary.loss) && Number.isFinite(summary.validation?.rmse));

  // In one go, over the same files in the order in which they were read.
  const again = join(await temporaryFolder(t), 'again');
  await mkdir(again);
  for (const name of ['.millrace-order', ...names]) {
    await copyFile(join(folder, name), join(again, name));
  }
  const uninterrupted = await run(again, await temporaryFolder(t), [], now('SIGINT', summary.steps));
  t.deepEqual([...stepsOf(uninterrupted)], stepsInOrder(seen));
  const { parametersSha256, validation, loss } = summaryOf(uninterrupted);
  t.deepEqual(
    { parametersSha256, validation, loss },
    { parametersSha256: summary.parametersSha256, validation: summary.validation, loss: summary.loss },
  );
});

test('a window that does not fill is trained on when it has waited, told of, and gone on from with every row once', async (t) => {
  t.timeout(180_000);
  const folder = await temporaryFolder(t);
  const directory = await temporaryFolder(t);
  const run = (more: readonly string[], step: number) => {
    const args = ['train', 'test/pipeline/arrivals.ts', '--out', directory, '--json', '--engine', 'wasm', ...more];
    const kill: Kill = { signal: 'SIGINT', afterMs: 0, since: new RegExp(`^step ${step}:`, 'm') };
    return millrace(args, { env: { ARRIVALS: folder, MAX_WAIT_MS: '50' }, kill });
  };
  const names = ['0.csv'];
  // One file, so that nothing is waited for between its rows.
  await arrive(folder, 0, 2);
  const { length } = await trainingRows(folder, names);
  // Windows of 30, and the rest, which waits.
  const full = Math.floor(length / windowRows);
  const rest = length - full * windowRows;
  t.true(rest > batch, 'more than one step');
  const steps = full * Math.ceil(windowRows / batch) + Math.ceil(rest / batch);
  // In the middle of the window that was cut.
  const first = await run([], steps - 1);
  t.is(first.code, 130, first.stderr);
  t.regex(
    first.stderr,
    new RegExp(
      `watch .*: after 0\\.05 s without rows enough for a window of 30, trains on the ${rest} that wait, permuted among themselves alone`,
    ),
  );
  // A step more may be made before the signal is heard.
  t.true(summaryOf(first).steps >= steps - 1);
  t.is(summaryOf(first).waitingRows, length - summaryOf(first).rows);
  await arrive(folder, 2);
  const all = await trainingRows(folder, [...names, '2.csv']);
  const later = all.length - length;
  const second = await run(
    ['--resume'],
    steps + Math.floor(later / windowRows) * Math.ceil(windowRows / batch) + Math.ceil((later % windowRows) / batch),
  );
  t.is(second.code, 130, second.stderr);
  const made = new Map([...stepsOf(first), ...stepsOf(second)]);
  t.is(summaryOf(second).steps, made.size);
  t.is(summaryOf(second).waitingRows, 0);
  const trained = stepsInOrder(made).flatMap(([, ids]) => ids.split(' ').map(Number));
  const ascending = (ids: readonly number[]) => [...ids].sort((a, b) => a - b);
  t.deepEqual(ascending(trained), ascending(all), 'each row once');
  t.deepEqual(ascending(trained.slice(0, length)), ascending(all.slice(0, length)), 'those that came first, first');
});

for (const way of ['corrected', 'taken away'] as const) {
  test(`a run that a row fails which only the pipeline refuses goes on when its file is ${way}`, async (t) => {
    t.timeout(180_000);
    const folder = await temporaryFolder(t);
    const directory = await temporaryFolder(t);
    const run = (more: readonly string[], kill?: Kill) =>
      millrace(['train', 'test/pipeline/arrivals.ts', '--out', directory, '--json', '--engine', 'wasm', ...more], {
        env: { ARRIVALS: folder },
        ...(kill && { kill }),
      });
    for (const number of [0, 1, 2]) await arrive(folder, number);
    // Rows without a label: the windows before it are trained on.
    await writeFile(join(folder, '3.csv'), `x,y\n1,0.18\n${[2, 3, 4, 5, 6, 7].map((x) => `${x},\n`).join('')}`);
    const failed = await run([]);
    t.is(failed.code, 1);
    t.regex(failed.stderr, /regression y: .*expected a number that float32 can hold, got null/);
    t.true(stepsOf(failed).size >= 10, failed.stderr);
    await rm(join(folder, '3.csv'));
    if (way === 'corrected') await arrive(folder, 3);
    await arrive(folder, 4);
    await arrive(folder, 5);
    const names = way === 'corrected' ? [0, 1, 2, 3, 4, 5] : [0, 1, 2, 4, 5];
    const ids = await trainingRows(
      folder,
      names.map((number) => `${number}.csv`),
    );
    const windows = Math.floor(ids.length / windowRows);
    const last = windows * Math.ceil(windowRows / batch);
    const rest = await run(['--resume'], { signal: 'SIGINT', afterMs: 0, since: new RegExp(`^step ${last}:`, 'm') });
    t.is(rest.code, 130, rest.stderr);
    t.regex(
      rest.stderr,
      way === 'corrected'
        ? /3\.csv: .*; no row of it was used, and it is read as it is now/
        : /3\.csv: it is gone; no row of it was used/,
    );
    const made = new Map([...stepsOf(failed), ...stepsOf(rest)]);
    const trained = stepsInOrder(made).flatMap(([, each]) => each.split(' ').map(Number));
    const ascending = (rows: readonly number[]) => [...rows].sort((a, b) => a - b);
    t.deepEqual(ascending(trained), ascending(ids.slice(0, windows * windowRows)), 'each row once');
  });
}

/** The small pipeline's rows without an end; nobody is to read them. */
const endless: Source = {
  ...repeatSource(small.source),
  open() {
    throw new Error('opened');
  },
};

const { shuffle: _, ...plain } = small;
const bounded: PipelineOptions = { ...plain, source: endless, split: { validation: 0 }, epochs: 1, fit: { rows: 50 } };

for (const [what, options, message] of [
  [
    'no rows to fit on',
    { shuffle: false, fit: false },
    /fit: expected \{ rows \}.* since repeatSource of memory rows has no end, got all rows/,
  ],
  ['the default window', {}, /shuffle: expected \{ memoryMB \} for windows that fill while you wait/],
  ['rows on disk', { fit: false, shuffle: { memoryMB: 1, spill: true } }, /fit: expected/],
  ['several epochs', { shuffle: false, epochs: 2 }, /epochs: expected 1/],
  [
    'held-out rows that are never scored',
    { shuffle: false, split: { validation: 0.1 } },
    /validateEverySteps: expected a number of steps/,
  ],
] as const) {
  test(`${what} over a source without an end is refused before a row is read`, (t) => {
    t.throws(() => definePipeline({ ...bounded, ...options }), { name: 'OptionError', message });
  });
}

test('a bound on the wait of rows is for sources that may never end', (t) => {
  const shuffle = { memoryMB: 1, maxWaitMs: 10 };
  t.notThrows(() => definePipeline({ ...bounded, shuffle }));
  t.throws(() => definePipeline({ ...bounded, source: small.source, shuffle }), {
    name: 'OptionError',
    message: /shuffle\.maxWaitMs: expected nothing, since memory rows has an end and can be read again/,
  });
  for (const maxWaitMs of [0, -1, '5' as unknown as number]) {
    t.throws(() => definePipeline({ ...bounded, shuffle: { ...shuffle, maxWaitMs } }), {
      name: 'OptionError',
      message: /shuffle\.maxWaitMs: expected a positive number of milliseconds/,
    });
  }
});

test('fitting on the first rows refuses rows on disk, and numbers that are none', (t) => {
  const spill = { shuffle: { memoryMB: 1, spill: true } };
  t.throws(() => definePipeline({ ...small, ...spill, fit: { rows: 5 } }), {
    name: 'OptionError',
    message: /fit: expected false/,
  });
  for (const rows of [0, 1.5, '9' as unknown as number]) {
    t.throws(() => definePipeline({ ...small, fit: { rows } }), {
      name: 'OptionError',
      message: /fit\.rows: expected an integer of at least 1/,
    });
  }
});

test('what a source is composed of says whether it has an end', (t) => {
  const forever = watch('arrivals', csv);
  t.true(forever.unbounded);
  t.true(repeatSource(memory([{ x: 1 }])).unbounded);
  t.falsy(limit(forever, 5).unbounded);
  t.falsy(repeatSource(memory([{ x: 1 }]), 3).unbounded);
});

test('fitting on the first rows gives what fitting on a source of these rows gives', async (t) => {
  const of = async (pipeline: typeof small) => {
    const summary = await train(
      { ...pipeline, epochs: 1, sinks: [] },
      { directory: await temporaryFolder(t), engine: 'wasm' },
    );
    return [summary.parametersSha256, summary.rows];
  };
  const first = { ...small, source: limit(small.source, 90) };
  // More rows than there are: the same as all.
  t.deepEqual(await of({ ...first, fit: { rows: 500 } }), await of(first));
  t.notDeepEqual(await of({ ...small, fit: { rows: 90 } }), await of(small));
});

test('is described with what is known of it', async (t) => {
  const stages = await describe(
    definePipeline({ ...bounded, source: repeatSource(small.source), shuffle: { memoryMB: 0.0021 } }),
  );
  const text = stages.map(({ stage, output }) => `${stage} ${output}`).join('\n');
  t.regex(text, /rows without end/);
  t.regex(text, /encode\(fitted on 50 rows\)/);
  t.regex(text, /unknown steps an epoch/);
});
