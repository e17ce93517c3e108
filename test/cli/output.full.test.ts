import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { millrace, temporaryFolder } from '../pipeline/run.ts';
import { type PipelineFile, pipelineFile } from './pipelineFile.ts';
import { inTerminal } from './terminalRun.ts';

/** Three epochs; the pipeline declares nothing that writes to the console, and no feature gives the target away, of which there would be a warning. */
const bare: PipelineFile = {
  row: 'late: Math.cos(5 * i) > 0 ? 1 : 0',
  options: { sinks: '[checkpoint()]', epochs: '3' },
};

async function trained(t: ExecutionContext, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const folder = await temporaryFolder(t);
  const file = await pipelineFile(folder, bare);
  const ended = await millrace(['train', file, '--out', join(folder, 'out'), ...args], { env });
  t.is(ended.code, 0, ended.stderr);
  return { ...ended, lines: ended.stderr.trimEnd().split('\n') };
}

test('without a terminal each epoch is a short line in words, whatever the sinks', async (t) => {
  const { lines, stdout } = await trained(t, []);
  const epochs = lines.filter((line) => line.includes('epoch'));
  t.is(epochs.length, 3);
  for (const [i, line] of epochs.entries()) {
    const numbers = 'loss \\S+, auc \\S+, prAuc \\S+, accuracy \\S+, precision \\S+, \\S+ rows/s, \\S+ m?s';
    t.regex(line, new RegExp(`^\\d\\d:\\d\\d:\\d\\d epoch ${i + 1} of 3: ${numbers}(, the best so far)?$`));
  }
  for (const line of lines) t.regex(line, /^\d\d:\d\d:\d\d [a-z]/);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what this is about.
  t.notRegex(lines.join() + stdout, /[\x1b\r]/);
  t.regex(stdout, /^given: completed\n/);
});

for (const [how, args, env] of [
  ['--json', ['--json'], {}],
  ['LOG=json', [], { LOG: 'json' }],
] as const) {
  test(`the log is lines of JSON where ${how} asks for it`, async (t) => {
    const { lines, stdout } = await trained(t, args, env);
    const kinds = lines.map((line) => JSON.parse(line).kind).filter(Boolean);
    t.deepEqual(kinds, ['validation', 'epoch', 'validation', 'epoch', 'validation', 'epoch']);
    if (how === '--json') t.is(JSON.parse(stdout).epochs, 3);
    else t.regex(stdout, /^given: completed\n/);
  });
}

test('--quiet leaves the result alone', async (t) => {
  const text = await trained(t, ['--quiet']);
  t.regex(text.stdout, /^given: completed\n/);
  const json = await trained(t, ['--quiet', '--json']);
  t.is(JSON.parse(json.stdout).outcome, 'completed');
  t.is(text.stderr + json.stderr, '');
});

test('a terminal of any width gets lines that fit, and no colours where NO_COLOR is set', async (t) => {
  const folder = await temporaryFolder(t);
  const file = await pipelineFile(folder, bare);
  for (const columns of [30, 60, 120]) {
    const args = ['train', file, '--out', join(folder, `${columns}`)];
    const seen = await inTerminal(t, args, { columns, env: { NO_COLOR: '1' } });
    if (!seen) return;
    t.is(seen.code, 0, seen.text);
    const drawn = seen.text.split('\r\x1b[K').filter((line) => /^epoch| best/.test(line));
    t.true(drawn.length >= 3);
    for (const line of drawn) t.true(line.split('\r')[0].length < columns, line);
    for (const part of seen.text.split('\x1b[').slice(1)) t.true(part.startsWith('K'));
  }
});

test('a terminal gets no bar and no table with --json and --quiet', async (t) => {
  const folder = await temporaryFolder(t);
  const file = await pipelineFile(folder, bare);
  const seen = await inTerminal(t, ['train', file, '--json', '--quiet', '--out', join(folder, 'out')]);
  if (!seen) return;
  t.is(JSON.parse(seen.text).outcome, 'completed');
});

test('a pipeline that keeps no model is warned of at the beginning and at the end', async (t) => {
  const folder = await temporaryFolder(t);
  const file = await pipelineFile(folder, { options: { sinks: '[]' } });
  const { stdout, stderr } = await millrace(['train', file, '--out', join(folder, 'out')]);
  t.regex(
    stderr,
    /^\d\d:\d\d:\d\d warning: there is no checkpoint among the sinks: the model is not kept\. Add checkpoint/,
  );
  t.regex(stdout, /\n\nno checkpoint: the model is not kept\. Add checkpoint\(\{ everySteps: 500 \}\) to the sinks\n$/);
});

test('the end of a run lists what is where, and all of it is there', async (t) => {
  const cwd = await temporaryFolder(t);
  const sinks = '[ndjsonMetrics(), parquetMetrics(), checkpoint({ everySteps: 2 })]';
  const file = await pipelineFile(cwd, { options: { sinks, badRows: `badRowFile('bad.ndjson')` } });
  const { stdout } = await millrace(['train', file], { cwd });
  const [, list] = /\n\nwritten to (runs\/given\/1:\n(?: {2}.*\n)+)/.exec(stdout) ?? [];
  const paths = list
    .split('\n')
    .slice(1, -1)
    .map((line) => line.trim().split(/ {2,}/)[0]);
  t.deepEqual(paths, [
    'metrics.ndjson',
    'metrics.parquet',
    join('checkpoints', 'step-000000012.safetensors'),
    'summary.json',
    'config.json',
    'run.log',
    'README.txt',
  ]);
  for (const path of paths) await t.notThrowsAsync(access(join(cwd, 'runs', 'given', '1', path)), path);
});

test('a run that fails says where its log is, and then what went wrong', async (t) => {
  const cwd = await temporaryFolder(t);
  const file = await pipelineFile(cwd, { row: 'b: null' });
  const { code, stdout, stderr } = await millrace(['train', file], { cwd });
  t.is(code, 1);
  t.is(stdout, '');
  const lines = stderr.trimEnd().split('\n');
  t.regex(lines.at(-2)!, /runs\/given\/1\/run.log and the files beside it tell of this run$/);
  t.regex(lines.at(-1)!, /^millrace: numeric b: expected at least one value/);
  const { outcome, error } = JSON.parse(await readFile(join(cwd, 'runs/given/1/summary.json'), 'utf8'));
  t.is(outcome, 'failed');
  t.true(lines.at(-1)!.includes(error.message));
});
