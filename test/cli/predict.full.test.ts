import { spawn } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { arrowIpc, csv, jsonLines, parquet, type Source } from '../../src/index.ts';
import { millrace, summaryOf, temporaryFolder } from '../pipeline/run.ts';
import { pipelineFile } from './pipelineFile.ts';

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const towns = ['Bern', 'Köln, am "Rhein"', ''];
const rows = Array.from({ length: 120 }, (_, i) => [
  `r${i}`,
  i % 9 === 4 ? 'NA' : (Math.sin(i) * 50).toFixed(2),
  towns[i % 3]!,
  Math.sin(i) > 0 ? 1 : 0,
]);
const line = (values: readonly unknown[]) =>
  `${values.map((value) => (/[",]/.test(`${value}`) ? `"${`${value}`.replaceAll('"', '""')}"` : value)).join(';')}\n`;
const textOf = (all: readonly (readonly unknown[])[], names = ['id', 'size', 'town', 'sold']) =>
  line(names) + all.map(line).join('');

/** A trained model of flats, in a folder of its own, and the command line there. */
async function trained(t: ExecutionContext, options: Record<string, string> = {}) {
  const cwd = await temporaryFolder(t);
  await writeFile(join(cwd, 'train.csv'), textOf(rows));
  await pipelineFile(cwd, {
    options: {
      source: `csv('train.csv', { delimiter: ';', nulls: ['', 'NA'] })`,
      features: `{ size: numeric(), town: oneHot({ missing: 'category' }) }`,
      target: `binary('sold')`,
      split: `{ validation: 0.2, by: ['id'] }`,
      ...options,
    },
  });
  summaryOf(await millrace(['train', 'pipeline.mjs', '--json', '--out', 'run'], { cwd }));
  return { cwd, predict: (...args: string[]) => millrace(['predict', 'run', ...args], { cwd }) };
}

async function valuesOf(source: Source): Promise<Record<string, unknown>[]> {
  const found: Record<string, unknown>[] = [];
  for await (const { records } of source.open({ signal: AbortSignal.timeout(60_000) })) {
    for (let i = 0; i < records.numRows; i++) found.push(records.get(i)?.toJSON() ?? {});
  }
  return found;
}

test('predict writes the same into files of every format, and to stdout', async (t) => {
  const { cwd, predict } = await trained(t);
  // Neither the label nor the column that the split goes by is needed.
  await writeFile(
    join(cwd, 'new.csv'),
    textOf(
      rows.map(([id, size, town]) => [size, town, id]),
      ['size', 'town', 'id'],
    ),
  );
  const toStdout = await predict('new.csv', '--keep', 'id,town');
  t.is(toStdout.code, 0);
  const expected = toStdout.stdout
    .trim()
    .split('\n')
    .map((each) => JSON.parse(each));
  t.deepEqual(
    expected.map(({ id, town }) => [id, town]),
    rows.map(([id, , town]) => [id, town === '' ? null : town]),
  );
  t.true(expected.every(({ predicted, probability }) => predicted === (probability >= 0.5 ? 1 : 0)));
  t.regex(toStdout.stderr, /replaced: \d+ missing values/);
  for (const [file, open] of [
    ['out.csv', csv],
    ['out.ndjson', jsonLines],
    ['out.arrow', arrowIpc],
    ['out.parquet', parquet],
  ] as const) {
    const { code, stdout } = await predict('new.csv', '--keep', 'id,town', '--to', file);
    t.is(code, 0, file);
    t.regex(stdout, new RegExp(`^${file}: 120 rows, by given after \\d+ steps, in `));
    const found = await valuesOf(open(join(cwd, file)));
    t.deepEqual(
      found.map(({ id, town, predicted, probability }) => ({ id, town, predicted: Number(predicted), probability })),
      expected,
      file,
    );
  }
  t.deepEqual(
    (await readdir(cwd)).filter((name) => name.endsWith('.tmp')),
    [],
  );
});

test('predict reads standard input, and answers in its format or another', async (t) => {
  const { cwd, predict } = await trained(t);
  await predict('train.csv', '--keep', 'id', '--to', 'out.csv');
  const { stdout } = await predict('train.csv', '--keep', 'id');
  const piped = (...args: string[]) =>
    millrace(['predict', 'run', '-', '--format', 'csv', '--keep', 'id', ...args], { cwd, input: textOf(rows) });
  t.is((await piped()).stdout, await readFile(join(cwd, 'out.csv'), 'utf8'));
  t.is((await piped('--as', 'ndjson')).stdout, stdout);
  t.is((await piped('--as', 'parquet')).code, 2);
});

test('predict answers rows of a pipe as they come', async (t) => {
  const { cwd } = await trained(t);
  const child = spawn(process.execPath, [main, 'predict', 'run', '-', '--format', 'csv', '--keep', 'town', '--quiet'], {
    cwd,
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => (await lines.next()).value ?? '';
  // No answer waits for a row that has not come.
  child.stdin.write('size;town\n1.5;Bern\n');
  t.is(await next(), 'town,predicted,probability');
  t.regex(await next(), /^Bern,/);
  child.stdin.write('2;Genf\n3');
  t.regex(await next(), /^Genf,/);
  child.stdin.end('.5;Bern\n');
  t.regex(await next(), /^Bern,/);
  t.is(await next(), '');
});

test('without a source the rows are those of the pipeline', async (t) => {
  const { predict } = await trained(t);
  t.is((await predict()).stdout, (await predict('train.csv')).stdout);
});

test('predict takes functions from the pipeline that declared them, and says where it does not find it', async (t) => {
  const { cwd, predict } = await trained(t, {
    derive: `[derive('wide', ['size'], (size) => size > 10)]`,
    features: '{ wide: numeric() }',
  });
  t.is((await predict('train.csv')).code, 0);
  await writeFile(join(cwd, 'other.mjs'), await readFile(join(cwd, 'pipeline.mjs')));
  await writeFile(join(cwd, 'pipeline.mjs'), '');
  t.is((await predict('train.csv')).code, 1);
  t.is((await predict('train.csv', '--pipeline', 'other.mjs')).code, 0);
});

test('predict keeps what was there where it fails, and says of each wrong use what is wrong', async (t) => {
  const { cwd, predict } = await trained(t);
  await writeFile(join(cwd, 'out.csv'), 'kept\n');
  await writeFile(join(cwd, 'bad.csv'), textOf([...rows.slice(0, 9), ['r', 'oops', 'Bern', 1], ...rows.slice(9, 12)]));
  const failed = await predict('bad.csv', '--to', 'out.csv');
  t.is(failed.code, 1);
  t.regex(failed.stderr, /bad.csv, line 11, .*column 'size': expected float64, got "oops"/);
  t.is(await readFile(join(cwd, 'out.csv'), 'utf8'), 'kept\n');
  const skipped = await predict('bad.csv', '--to', 'out.csv', '--skip-bad-rows', '--json');
  t.regex(skipped.stderr, /left out: bad.csv, row 9, .*\n(.*\n)*.*left out: 1 row that cannot be used/);
  t.like(JSON.parse(skipped.stdout), { to: 'out.csv', rows: 12, badRows: 1 });

  for (const [args, code, message] of [
    [['train.csv', '--to', 'out.doc'], 2, /--to: expected a file that ends in \.csv, .*got out\.doc/],
    [['train.csv', '--threshold', '2'], 2, /--threshold: expected a probability in \[0, 1\], got 2/],
    [['train.csv', '--keep', 'nothing'], 1, /expected a column nothing, got the columns id, size, town, sold/],
    [['train.csv', '--keep', 'probability'], 1, /expected columns that are not called as those of a prediction/],
    [['train.csv', 'b', 'c'], 2, /expected MODEL, or --job JOB, and perhaps SOURCE/],
    [['train.csv', '--resume'], 2, /--resume goes on with a file/],
    [['train.csv', '--watch'], 2, /--watch wants the folder that files are written into/],
    [['train.csv', '--watch', '--to', 'train.csv'], 2, /another folder than it reads/],
    [['train.csv', '--to', 'out.csv', '--as', 'arrow'], 2, /the name of out.csv says csv/],
  ] as const) {
    const ended = await predict(...args);
    t.is(ended.code, code, args.join(' '));
    t.regex(ended.stderr, message);
  }
});

test('a file without rows gives one without rows, with the names of its columns', async (t) => {
  const { cwd, predict } = await trained(t);
  await writeFile(join(cwd, 'none.csv'), textOf([]));
  t.is((await predict('none.csv', '--keep', 'id', '--to', 'out.csv')).code, 0);
  t.is(await readFile(join(cwd, 'out.csv'), 'utf8'), 'id,predicted,probability\n');
});
