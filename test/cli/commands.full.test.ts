import { spawnSync } from 'node:child_process';
import { access, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import test from 'ava';
import { engineNames, openEngine } from '../../src/engine/openEngine.ts';
import { configurePipeline, train, version } from '../../src/index.ts';
import { millrace, summaryOf, temporaryFolder } from '../pipeline/run.ts';
import { writeSmall } from '../source/parquet/parquetFile.ts';
import { pipelineFile } from './pipelineFile.ts';
import { inTerminal } from './terminalRun.ts';

const small = 'test/pipeline/small.ts';

test('train --json prints one document with all that is known of the run', async (t) => {
  const out = await temporaryFolder(t);
  const { code, stdout, stderr } = await millrace(['train', small, '--json', '--out', out]);
  t.is(code, 0, stderr);
  t.is(stdout.split('\n').length, 2);
  const document = JSON.parse(stdout);
  const {
    rows,
    steps,
    seconds,
    rowsPerSecond,
    peakMemoryBytes,
    loss,
    validation,
    checkpoint,
    parametersSha256,
    ...exact
  } = document;
  t.like(exact, {
    outcome: 'completed',
    epochs: 3,
    parameters: 115,
    engine: openEngine().name,
    directory: out,
  });
  for (const number of [seconds, rowsPerSecond, peakMemoryBytes, loss]) t.true(number > 0, stdout);
  t.true(peakMemoryBytes > 20e6 && peakMemoryBytes < 1e9);
  for (const metric of ['auc', 'accuracy', 'logLoss']) t.true(metric in validation, metric);
  for (const number of Object.values<number>(validation)) t.true(number > 0 && number <= 1);
  t.regex(parametersSha256, /^[0-9a-f]{64}$/);
  t.true(steps >= rows / 16);
  t.is(checkpoint, join(out, 'checkpoints', `step-${String(steps).padStart(9, '0')}.safetensors`));
  // What is logged are lines of JSON, without the colours and bars of a terminal.
  for (const line of stderr.trimEnd().split('\n')) t.notThrows(() => JSON.parse(line), line);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what this is about.
  t.notRegex(stdout + stderr, /[\x1b\r]/);
});

test('train prints what was done, how good it is, where it lies and what to do with it', async (t) => {
  const out = await temporaryFolder(t);
  const { code, stdout } = await millrace(['train', small, '--out', out]);
  t.is(code, 0);
  const [newest] = (await readdir(join(out, 'checkpoints'))).sort().reverse();
  for (const part of [
    'small: completed',
    ' steps: 3 epochs of ',
    'rows a second',
    'training loss',
    'peak memory',
    'baseline',
    'auc',
    'accuracy',
    'logLoss',
    `npx millrace train ${small} --resume --out ${out} --epochs 4`,
    `npx millrace evaluate ${join(out, 'checkpoints', newest)}`,
  ]) {
    t.true(stdout.includes(part), part);
  }
});

test('train without --out makes runs/NAME/1, then 2; what is refused leaves no number, and --resume takes the latest that can go on', async (t) => {
  const cwd = await temporaryFolder(t);
  const file = await pipelineFile(cwd);
  const train = async (...args: readonly string[]) => millrace(['train', file, '--json', ...args], { cwd });
  t.is(summaryOf(await train()).directory, join('runs', 'given', '1'));
  t.is(summaryOf(await train()).directory, join('runs', 'given', '2'));
  await pipelineFile(cwd, { options: { features: '{ colour: oneHot() }' } });
  t.is((await train()).code, 1);
  t.deepEqual((await readdir(join(cwd, 'runs', 'given'))).sort(), ['1', '2']);
  await pipelineFile(cwd, { row: 'b: null' });
  t.is((await train()).code, 1);
  t.deepEqual((await readdir(join(cwd, 'runs', 'given'))).sort(), ['1', '2', '3']);
  await pipelineFile(cwd);
  const resumed = summaryOf(await train('--resume', '--epochs', '2'));
  t.is(resumed.directory, join('runs', 'given', '2'));
  t.is(resumed.epochs, 2);
});

test('--set changes each plain option, and evaluate takes them from the checkpoint', async (t) => {
  const folder = await temporaryFolder(t);
  const file = await pipelineFile(folder);
  const settings = {
    batch: 10,
    epochs: 2,
    seed: 9,
    ahead: 2,
    reportEverySteps: 3,
    'split.validation': 0.25,
    'shuffle.memoryMB': 0.001,
    'optimizer.learningRate': 0.5,
    'optimizer.beta1': 0.8,
    'optimizer.beta2': 0.9,
    'optimizer.epsilon': 1e-6,
  };
  const set = Object.entries(settings).flatMap(([key, value]) => ['--set', `${key}=${value}`]);
  const all = summaryOf(await millrace(['train', file, '--json', '--out', join(folder, 'all'), ...set]));

  const { default: pipeline } = await import(pathToFileURL(file).href);
  const trainWith = (name: string, values: Readonly<Record<string, number>>) =>
    train(configurePipeline(pipeline, values), { directory: join(folder, name) });
  t.is((await trainWith('together', settings)).parametersSha256, all.parametersSha256);
  const plain = await trainWith('plain', {});
  for (const [key, value] of Object.entries(settings)) {
    const { parametersSha256 } = await trainWith(key, { [key]: value });
    const sameBits = key === 'ahead' || key === 'reportEverySteps';
    t.is(parametersSha256 === plain.parametersSha256, sameBits, key);
  }

  const evaluated = await millrace(['evaluate', `${all.checkpoint}`, '--json']);
  t.like(JSON.parse(evaluated.stdout), {
    rows: all.validationRows,
    metrics: all.validation,
    baseline: all.baseline,
    constants: all.constants,
  });
});

test('--epochs says how often the source is read', async (t) => {
  const { epochs, rows } = summaryOf(
    await millrace(['train', small, '--json', '--epochs', '1', '--out', await temporaryFolder(t)]),
  );
  t.is(epochs, 1);
  t.true(rows > 100 && rows < 200);
});

test('--engine takes each engine', async (t) => {
  for (const engine of engineNames) {
    const args = ['--engine', engine, '--json', '--epochs', '1', '--out', await temporaryFolder(t)];
    t.is(summaryOf(await millrace(['train', small, ...args])).engine, openEngine(engine).name);
  }
});

test('evaluate scores the rows held out, or all of a file, and counts what it did not know', async (t) => {
  const cwd = await temporaryFolder(t);
  await writeSmall(join(cwd, 'train.parquet'));
  const others = Array.from({ length: 30 }, (_, i) => ({
    number: i / 3,
    word: i % 10 === 0 ? 'never seen' : 'word 1',
    yes: i % 2 === 0,
    whole: i,
  }));
  await writeSmall(join(cwd, 'others.parquet'), others);
  const file = await pipelineFile(cwd, {
    options: {
      source: `parquet('train.parquet')`,
      features: '{ number: numeric(), word: oneHot() }',
      target: `binary('yes')`,
      split: '{ validation: 0.3 }',
      batch: '4',
    },
  });
  const run = (...args: readonly string[]) => millrace(args, { cwd });
  const trained = summaryOf(await run('train', file, '--json'));

  const held = await run('evaluate', `${trained.checkpoint}`, '--json');
  t.is(held.code, 0, held.stderr);
  const { metrics, rows, source } = JSON.parse(held.stdout);
  t.deepEqual([metrics, rows, source], [trained.validation, trained.validationRows, 'parquet train.parquet']);

  const whole = JSON.parse((await run('evaluate', `${trained.checkpoint}`, 'others.parquet', '--json')).stdout);
  t.like(whole, { source: 'parquet others.parquet', rows: 30, unseen: 3, missing: 0, checkpoint: trained.checkpoint });

  const text = await run('evaluate', `${trained.checkpoint}`, 'others.parquet');
  t.regex(text.stdout, /^parquet others.parquet, 30 rows\n/);
  t.regex(text.stdout, /auc +[\d.]+ +0.5 {2}any constant\n/);
  t.regex(text.stdout, /logLoss +[\d.]+ +0.69315 {2}the share 0.5 of true\n/);
  t.regex(text.stdout, /0 missing values, 3 unseen categories/);

  const elsewhere = await millrace(['evaluate', join(cwd, `${trained.checkpoint}`), '--json']);
  t.is(elsewhere.code, 1);
  t.regex(elsewhere.stderr, /pipeline .*: expected .*, got no such file. .*--pipeline/);
});

test('evaluate takes the folder of a run for its latest checkpoint, and says which it is', async (t) => {
  const cwd = await temporaryFolder(t);
  const file = await pipelineFile(cwd);
  const run = (...args: readonly string[]) => millrace(args, { cwd });
  const { checkpoint, directory, validation } = summaryOf(await run('train', file, '--json'));
  const named = JSON.parse((await run('evaluate', `${checkpoint}`, '--json')).stdout);
  t.deepEqual(named.metrics, validation);
  for (const folder of [directory, join(directory, 'checkpoints'), `${directory}/`]) {
    t.deepEqual(JSON.parse((await run('evaluate', folder, '--json')).stdout), named, folder);
  }
  const text = await run('evaluate', directory);
  t.true(text.stdout.startsWith(`${checkpoint}\nmemory rows, `), text.stdout);
  const above = await run('evaluate', join('runs', 'given'));
  t.is(above.code, 1);
  t.regex(
    above.stderr,
    /runs\/given: expected a checkpoint, .* got a folder of runs. Name one of them, as runs\/given\/1\.\n$/,
  );
});

test('evaluate without rows held out asks for a source, and for one of a format that it knows', async (t) => {
  const cwd = await temporaryFolder(t);
  const file = await pipelineFile(cwd, { options: { split: '{ validation: 0 }' } });
  const { checkpoint } = summaryOf(await millrace(['train', file, '--json'], { cwd }));
  const none = await millrace(['evaluate', `${checkpoint}`], { cwd });
  t.is(none.code, 2);
  t.regex(none.stderr, /holds no rows out for validation: name a SOURCE to evaluate on/);
  const text = await millrace(['evaluate', `${checkpoint}`, 'rows.txt'], { cwd });
  t.is(text.code, 2);
  t.regex(text.stderr, /expected a file ending in .*\.parquet.*, got rows.txt/);
  const gone = await millrace(['evaluate', 'nothing.safetensors'], { cwd });
  t.is(gone.code, 1);
  t.regex(gone.stderr, /nothing.safetensors: expected a checkpoint, got no such file/);
  t.is(none.stdout + text.stdout + gone.stdout, '');
});

test('evaluate --pipeline names the file of a pipeline that was trained by a program', async (t) => {
  const cwd = await temporaryFolder(t);
  const file = await pipelineFile(cwd);
  const program = join(cwd, 'program.mjs');
  await writeFile(
    program,
    `import pipeline from './pipeline.mjs';
import { train } from '${new URL('../../src/index.ts', import.meta.url)}';
await train(pipeline, { directory: ${JSON.stringify(join(cwd, 'out'))} });`,
  );
  t.is(spawnSync(process.execPath, [program]).status, 0);
  const checkpoint = join(cwd, 'out', 'checkpoints', 'step-000000012.safetensors');
  const without = await millrace(['evaluate', checkpoint]);
  t.is(without.code, 2);
  t.regex(without.stderr, /does not name the file of its pipeline: add --pipeline FILE/);
  const named = await millrace(['evaluate', checkpoint, '--pipeline', file, '--json']);
  t.is(named.code, 0, named.stderr);
});

test('describe prints the chain without training, as text and as JSON', async (t) => {
  const cwd = await temporaryFolder(t);
  const file = await pipelineFile(cwd);
  const text = await millrace(['describe', file], { cwd });
  t.is(text.code, 0, text.stderr);
  for (const part of ['given', 'shuffle', 'miniBatch', 'dense', 'parameters']) t.true(text.stdout.includes(part), part);
  t.regex(text.stderr, /^\S+ reads all rows of memory rows once, for their categories and statistics\n$/);
  t.is((await millrace(['describe', file, '--quiet'], { cwd })).stderr, '');
  const json = await millrace(['describe', file, '--json'], { cwd });
  t.is(JSON.parse(json.stdout).name, 'given');
  await t.throwsAsync(access(join(cwd, 'runs')));
});

test('doctor shows the runtime, and each engine with its speed', async (t) => {
  const json = await millrace(['doctor', '--json']);
  t.is(json.code, 0, json.stderr);
  const { node, millrace: own, engines, chosen, peak } = JSON.parse(json.stdout);
  t.deepEqual([node, own, chosen], [process.version, version, openEngine().name]);
  t.deepEqual(
    engines.map(({ name }: { name: string }) => name),
    engineNames,
  );
  for (const { gflops, error } of engines) t.true(gflops > 0 || error.startsWith('blas engine: '), error);
  // A library may know a unit for matrices; the kernels are bound by the registers.
  for (const { name, gflops } of engines) t.true(name === 'blas' || gflops < 1.2 * peak.gflops, name);
  const text = await millrace(['doctor']);
  for (const part of [process.version, 'GFLOPS', 'chosen', 'peak', 'of the peak', ...engineNames])
    t.true(text.stdout.includes(part), part);
});

test('--version and --help go to stdout, and wrong use goes to stderr with code 2', async (t) => {
  const run = async (...args: readonly string[]) => millrace(args);
  t.like(await run('--version'), { code: 0, stdout: `${version}\n`, stderr: '' });
  const help = await run('--help');
  t.like(help, { code: 0, stderr: '' });
  for (const command of ['train', 'evaluate', 'describe', 'doctor'])
    t.true(help.stdout.includes(`millrace ${command}`));
  const own = await run('train', '--help');
  t.is(own.code, 0);
  t.regex(own.stdout, /millrace train FILE .*--resume.*--epochs N.*--set key=value.*--engine NAME.*--out DIR.*--json/);
  t.like(await run(), { code: 2, stdout: '', stderr: help.stdout });
  for (const [typed, meant] of [
    ['trian', 'train'],
    ['eval', 'evaluate'],
    ['modles', 'models or model'],
  ]) {
    t.like(await run(typed), {
      code: 2,
      stdout: '',
      stderr: `millrace: there is no command ${typed}. Did you mean ${meant}?\nmillrace --help lists the commands\n`,
    });
  }
  const unknown = await run('frobnicate');
  t.like(unknown, { code: 2, stdout: '' });
  t.regex(unknown.stderr, /expected one of .*train, describe, doctor, evaluate, predict, .*, got frobnicate/);
  const nothing = await run('train');
  t.like(nothing, { code: 2, stdout: '' });
  t.regex(nothing.stderr, /expected one FILE, got nothing\nusage: millrace train FILE/);
  t.is((await run('doctor', 'now')).code, 2);
});

test('a terminal gets a progress bar while fitting and while training, a table of epochs, and readable lines', async (t) => {
  const folder = await temporaryFolder(t);
  const file = await pipelineFile(folder, { options: { sinks: '[progress(), log()]' } });
  const seen = await inTerminal(t, ['train', file, '--out', join(folder, 'out')]);
  if (!seen) return;
  t.is(seen.code, 0);
  t.regex(seen.text, /fitting 100% {2}█+ {2}200 rows/);
  t.regex(seen.text, /\d+% {2}[█░]+ {2}\d+ rows/);
  t.regex(seen.text, /\d\d:\d\d:\d\d\S* fitted the preprocessing on \d+ rows/);
  const lines = stripVTControlCharacters(seen.text).split(/[\r\n]+/);
  const head = lines.findIndex((line) => /^epoch +step +loss +auc/.test(line));
  t.regex(lines[head + 1], /^ +1 +12 +0\.\d+ .* best$/);
  t.regex(seen.text, /given: completed/);
});
