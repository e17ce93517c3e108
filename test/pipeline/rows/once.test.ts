import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { tableFromArrays, tableToIPC } from 'apache-arrow';
import test from 'ava';
import {
  arrowIpc,
  concatSources,
  csv,
  definePipeline,
  filterRows,
  interleave,
  jsonLines,
  limit,
  memory,
  mix,
  offset,
  type Pipeline,
  type PipelineOptions,
  ResumeError,
  repeatSource,
  type Sink,
  type Source,
  train,
} from '../../../src/index.ts';
import { pipelineFile } from '../../cli/pipelineFile.ts';
import { millrace, summaryOf, temporaryFolder } from '../run.ts';
import small, { rows } from '../small.ts';

const home = mkdtempSync(join(tmpdir(), 'millrace-once-'));
test.after.always(() => rm(home, { recursive: true, force: true }));

const all = rows(200);
const names = Object.keys(all[0]!) as (keyof (typeof all)[0])[];
const text = `${names.join()}\n${all.map((row) => names.map((name) => row[name] ?? '').join()).join('\n')}\n`;
const lines = all.map((row) => `${JSON.stringify(row)}\n`).join('');
const arrow = tableToIPC(tableFromArrays(Object.fromEntries(names.map((name) => [name, all.map((row) => row[name])]))));
const path = join(home, 'all.csv');
writeFileSync(path, text);

const batchRows = 37;
const fileSource = () => csv(path, { batchRows });
const chunked = (bytes: string | Uint8Array) => {
  const buffer = Buffer.from(bytes);
  return Array.from({ length: Math.ceil(buffer.length / 1000) }, (_, i) => buffer.subarray(i * 1000, (i + 1) * 1000));
};

/** Each gives the rows of the file, and only once. */
const streams: Readonly<Record<string, () => Source>> = {
  'csv of a Readable': () => csv(Readable.from(chunked(text)), { batchRows }),
  'csv of a stream of the web': () => csv(ReadableStream.from(chunked(text)) as never, { batchRows }),
  'jsonLines of an iterator': () => jsonLines(chunked(lines).values(), { batchRows }),
  'arrowIpc of a Readable': () => arrowIpc(Readable.from(chunked(arrow)), { batchRows }),
  'memory of a Readable of objects': () => memory(Readable.from(all), { batchRows }),
  'filterRows of concatSources': () => {
    const [head, tail] = [all.slice(0, 90), all.slice(90)].map((part) => memory(Readable.from(part), { batchRows }));
    return filterRows(concatSources(head!, tail!), ['a'], () => true);
  },
};

const once = (source: Source, more: Partial<PipelineOptions> = {}): Pipeline =>
  definePipeline({ ...small, source, epochs: 1, fit: { rows: 90 }, ...more });

for (const [what, open] of Object.entries(streams)) {
  test(`trains on ${what} to the bits of training on a file`, async (t) => {
    for (const more of [{}, { validateEverySteps: 3 }, { split: { validation: 0 }, shuffle: false }] as const) {
      const { parametersSha256, loss, rows } = await train(once(fileSource(), more), {
        directory: await temporaryFolder(t),
        engine: 'wasm',
      });
      const summary = await train(once(open(), more), { directory: await temporaryFolder(t), engine: 'wasm' });
      t.deepEqual([summary.parametersSha256, summary.loss, summary.rows], [parametersSha256, loss, rows]);
      const heldOut = summary.validationRows ?? 0;
      t.true('split' in more ? heldOut === 0 : heldOut > 5 && heldOut < 30, `${heldOut} held-out rows of the first 90`);
    }
  });
}

test('in the order of a stream that is slow, trains on whole mini-batches as they come, and may be told how long others wait', async (t) => {
  for (const shuffle of [false, { memoryMB: 1, maxWaitMs: 5 }] as const) {
    let wake = () => {};
    const stepped = new Promise<void>((resolve) => {
      wake = resolve;
    });
    async function* slow() {
      yield* all.slice(0, 148);
      // A step is made before the stream has ended, or it never ends.
      await stepped;
      yield* all.slice(148);
    }
    const telling: Sink = {
      name: 'telling',
      onError: 'stop',
      open: () => ({
        write({ kind }) {
          if (kind === 'step') wake();
        },
        close() {},
      }),
    };
    const pipeline = once(memory(slow(), { batchRows }), { shuffle, split: { validation: 0 }, sinks: [telling] });
    const { rows } = await train(pipeline, { directory: await temporaryFolder(t), engine: 'wasm' });
    t.is(rows, all.length);
  }
});

test('trains on what comes by standard input', async (t) => {
  const folder = await temporaryFolder(t);
  const columns = Array.from({ length: 200 }, (_, i) => ({
    a: (i * 37) % 100,
    b: i / 3,
    color: `c${i % 3}`,
    late: i % 4 === 0,
  }));
  const csvText = `a,b,color,late\n${columns.map((row) => Object.values(row).join()).join('\n')}\n`;
  writeFileSync(join(folder, 'all.csv'), csvText);
  const table = Object.fromEntries(
    (['a', 'b', 'color', 'late'] as const).map((name) => [name, columns.map((row) => row[name])]),
  );
  const fit = '{ rows: 50 }';
  const of = async (source: string, input?: string | Uint8Array) => {
    const file = await pipelineFile(await temporaryFolder(t), { options: { source, fit } });
    const args = ['train', file, '--out', await temporaryFolder(t), '--json', '--engine', 'wasm'];
    const { parametersSha256, rows } = summaryOf(await millrace(args, input === undefined ? {} : { input }));
    return { parametersSha256, rows };
  };
  const [file, piped, arrowed] = await Promise.all([
    of(`csv(${JSON.stringify(join(folder, 'all.csv'))})`),
    of(`csv('-')`, csvText),
    of(`arrowIpc('-')`, tableToIPC(tableFromArrays(table), 'stream')),
  ]);
  t.deepEqual(piped, file);
  t.is(arrowed.rows, file.rows);
});

test('an interruption ends a process that waits for its standard input', async (t) => {
  const source = `csv('-', { inferRows: 20, batchRows: 20 })`;
  const file = await pipelineFile(await temporaryFolder(t), { options: { source, fit: '{ rows: 150 }' } });
  // It stays open.
  const input = new PassThrough();
  const row = (i: number) => `${i},${i % 7},c${i % 3},${i % 2}\n`;
  input.write(`a,b,color,late\n${Array.from({ length: 200 }, (_, i) => row(i)).join('')}`);
  const kill = { signal: 'SIGINT', afterMs: 200, since: /fitted the preprocessing/ } as const;
  const ended = await millrace(['train', file, '--out', await temporaryFolder(t)], { input, kill });
  t.is(ended.code, 130, ended.stderr);
  t.true(ended.msFromKill < 2000, `${ended.msFromKill} ms`);
});

for (const [what, options, message] of [
  [
    'all rows to fit on',
    { fit: false },
    /fit: expected \{ rows \}, .* since csv stream can be read only once, got all/,
  ],
  ['several epochs', { epochs: 2 }, /epochs: expected 1, since .*Write it to a file first, or give a function/],
  ['rows on disk', { shuffle: { memoryMB: 1, spill: true } }, /(spill|fit): expected false/],
] as const) {
  test(`${what} of a source that can be read only once are refused before a row is read`, (t) => {
    const source = csv(Readable.from(chunked(text)));
    t.throws(() => once(source, options), { name: 'OptionError', message });
  });
}

test('a run on a source that can be read only once is not resumed, which is said at once', async (t) => {
  const directory = await temporaryFolder(t);
  await train(once(streams['csv of a Readable']!()), { directory, engine: 'wasm' });
  const again = Readable.from(chunked(text));
  await t.throwsAsync(train(once(csv(again)), { directory, resume: true }), {
    instanceOf: ResumeError,
    message:
      /^csv stream: expected a source that can be read from where the run was interrupted, got one that can be read only once\. Train on a file instead/,
  });
  t.false(again.readableDidRead);
});

test('what a source is composed of says whether it can be read only once', (t) => {
  const one = () => csv(Readable.from(chunked(text)));
  const file = fileSource();
  for (const source of [
    concatSources(file, one()),
    interleave(file, one()),
    mix([file, one()], { weights: [1, 1], seed: 1 }),
    limit(one(), 5),
    offset(one(), 5),
    filterRows(one(), ['a'], () => true),
  ])
    t.true(source.once, source.name);
  for (const source of [
    concatSources(file, file),
    limit(file, 5),
    csv(() => chunked(text)),
    memory(() => all),
    memory(all),
  ])
    t.falsy(source.once, source.name);
  t.throws(() => repeatSource(one(), 2), {
    name: 'OptionError',
    message: /^repeatSource: source: expected a source that can be read again/,
  });
});
