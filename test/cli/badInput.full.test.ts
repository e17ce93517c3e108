import { access, copyFile, mkdir, readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { millrace, summaryOf, temporaryFolder } from '../pipeline/run.ts';
import { writeSmall } from '../source/parquet/parquetFile.ts';
import { type PipelineFile, pipelineFile } from './pipelineFile.ts';

const memoryOnly = { sinks: '[]' };

/** Trains the small pipeline with something changed, in a process of its own. */
async function train(t: ExecutionContext, given: PipelineFile, ...args: readonly string[]) {
  const folder = await temporaryFolder(t);
  const file = await pipelineFile(folder, given);
  return millrace([
    'train',
    file,
    '--json',
    ...(args.includes('--out') ? [] : ['--out', join(folder, 'out')]),
    ...args,
  ]);
}

interface Refused {
  readonly code: number;
  readonly message: RegExp;
}

/** What was refused ends with its code, one message, no result and no stack. */
function assertRefused(t: ExecutionContext, ended: Awaited<ReturnType<typeof millrace>>, { code, message }: Refused) {
  t.is(ended.code, code, ended.stderr);
  t.is(ended.stdout, '');
  t.regex(ended.stderr, message);
  t.notRegex(ended.stderr, /^ +at /m);
  t.is(ended.stderr.match(/^millrace: /gm)?.length, 1);
}

interface Case extends Refused {
  readonly title: string;
  readonly given?: PipelineFile;
  readonly args?: readonly string[];
}

const cases: readonly Case[] = [
  {
    title: 'a source that is not there',
    given: { options: { source: `parquet('/nowhere/x.parquet')` } },
    code: 1,
    message: /parquet \/nowhere\/x.parquet: expected a file that can be read, got no such file. Check the path/,
  },
  {
    title: 'a column that is not there',
    given: { options: { features: '{ colour: oneHot(), a: numeric() }' } },
    code: 1,
    message: /memory rows: expected a column colour, got the columns a, b, color, late. Did you mean color\.$/m,
  },
  {
    title: 'a source without rows',
    given: { options: { source: 'memory([])' } },
    code: 1,
    message: /memory rows: expected a column a, got no columns\.$/m,
  },
  {
    title: 'a file with a header and no rows',
    given: { options: { source: `csv(() => [Buffer.from('a,b,color,late\\n')])` } },
    code: 1,
    message: /csv stream: expected rows to train on, got none\. A header alone has none; a filter may leave none\.$/m,
  },
  {
    title: 'a file that is cut at another delimiter',
    given: { options: { source: `csv(() => [Buffer.from('a;b;color;late\\n1;2;red;1\\n')])` } },
    code: 1,
    message:
      /csv stream: expected a column a, got the columns 'a;b;color;late': the header has one column "a;b;color;late"\. Give delimiter: ";"\.$/m,
  },
  {
    title: 'numbers that are told as strings because of one word',
    given: {
      options: {
        source: `csv(() => [Buffer.from('a,b,color,late\\n' + '1,2,red,1\\n'.repeat(9) + 'NA,2,red,0\\n')])`,
      },
    },
    code: 1,
    message:
      /numeric a: expected column a to hold number, .*, got Utf8: 9 of 10 values are numbers, "NA" \(csv stream, byte 105\) is not\. It mostly stands for no value: give nulls: \["", "NA"\]\.$/m,
  },
  {
    title: 'strings as a numeric feature',
    given: { options: { features: '{ color: numeric() }' } },
    code: 1,
    message: /numeric color: expected column color to hold number.*, got Utf8. Declare strings as oneHot/,
  },
  {
    title: 'strings as a binary target',
    given: { options: { features: '{ a: numeric() }', target: `binary('color')` } },
    code: 1,
    message:
      /binary color: expected column color to hold number, boolean, got Utf8. Say which of two values means yes, as binary/,
  },
  {
    title: 'a numeric column of nulls',
    given: { row: 'b: null' },
    code: 1,
    message: /numeric b: expected at least one value in the training rows, got nulls only. Leave the feature out/,
  },
  {
    title: 'a category of nulls',
    given: { row: 'color: null' },
    code: 1,
    message: /oneHot color: expected at least one value in the training rows, got nulls only. Leave the feature out/,
  },
  {
    title: 'a label outside {0, 1}',
    given: { row: 'late: i === 57 ? 2 : 0' },
    code: 1,
    message:
      /binary late: memory rows, row 57 .*expected 0 or 1, false or true, got 2. Leave rows without a valid label out/,
  },
  {
    title: 'a row without a label',
    given: { row: 'late: i === 57 ? null : 0' },
    code: 1,
    message:
      /binary late: memory rows, row 57 .*expected 0 or 1, false or true, got null. Leave rows without a valid label out/,
  },
  {
    title: 'NaN in a feature that takes none',
    given: { row: 'a: i === 3 ? NaN : i', options: { features: `{ a: numeric({ missing: 'error' }) }` } },
    code: 1,
    message: /numeric a: memory rows, row 3 .*expected a value, got null or NaN. Declare what stands in for it/,
  },
  {
    title: 'an infinity in a feature',
    given: { row: 'a: i === 3 ? Infinity : i' },
    code: 1,
    message: /numeric a: memory rows, row 3 .*expected a finite number, got Infinity. Leave such rows out/,
  },
  {
    title: 'a declared batch of 0',
    given: { options: { batch: '0' } },
    code: 1,
    message: /definePipeline: batch: expected an integer of at least 1, got 0/,
  },
  {
    title: 'a network of another width than the loss takes',
    given: { options: { network: '[dense(2)]' } },
    code: 1,
    message: /binaryCrossEntropy after a network: expected 1 output unit, got 2. End the network with dense\(1\)/,
  },
  {
    title: '--set batch=0',
    args: ['--set', 'batch=0'],
    code: 2,
    message: /definePipeline: batch: expected an integer of at least 1, got 0/,
  },
  {
    title: '--set with an unknown key',
    args: ['--set', 'bach=4'],
    code: 2,
    message: /setting bach: expected one of batch, epochs, .*optimizer.learningRate.*, got bach. Did you mean batch/,
  },
  {
    title: '--set with an unknown key of the optimizer',
    args: ['--set', 'optimizer.lerningRate=1'],
    code: 2,
    message: /setting optimizer.lerningRate: expected one of .*Did you mean optimizer.learningRate/,
  },
  {
    title: '--set with a value of another type',
    args: ['--set', 'optimizer.learningRate=fast'],
    code: 2,
    message: /adam: learningRate: expected a finite number above 0.*, got 'fast'/,
  },
  {
    title: '--set shuffle.memoryMB=true',
    args: ['--set', 'shuffle.memoryMB=true'],
    code: 2,
    message: /shuffle.memoryMB: expected a positive number of megabytes, got true/,
  },
  {
    title: '--set split.validation=null',
    args: ['--set', 'split.validation=null'],
    code: 2,
    message: /split.validation: expected a share in \[0, 1\), got null/,
  },
  { title: '--set without a value', args: ['--set', 'batch'], code: 2, message: /expected key=value, got batch/ },
  {
    title: '--epochs 0',
    args: ['--epochs', '0'],
    code: 2,
    message: /epochs: expected an integer of at least 1, got 0/,
  },
  {
    title: 'an engine that there is not',
    args: ['--engine', 'wasn'],
    code: 2,
    message: /--engine: expected one of blas, wasm, wasm-strict, reference, got wasn. Did you mean wasm/,
  },
  { title: 'an unknown option', args: ['--fast'], code: 2, message: /Unknown option '--fast'/ },
  {
    title: '--resume where there is no run',
    args: ['--resume'],
    code: 1,
    message: /out: expected a checkpoint to resume, got none. Train without --resume to begin anew/,
  },
  {
    title: 'a pipeline that does not parse',
    given: { options: { batch: '16 16' } },
    code: 1,
    message:
      /pipeline .*: expected a file that default-exports definePipeline.*, got SyntaxError: .*node .* shows the place/,
  },
  {
    title: 'a pipeline that throws as it is imported',
    given: { options: { source: 'memory(nowhere.rows)' } },
    code: 1,
    message: /got ReferenceError: nowhere is not defined. It was thrown at file:.*pipeline.mjs:\d+/,
  },
  {
    title: 'a folder below a file',
    args: ['--out', join(import.meta.filename, 'out')],
    code: 1,
    message:
      /badInput.full.test.ts\/out: expected a folder that can be written to, got ENOTDIR.* Choose another folder with --out/,
  },
];

test('a name that RxJS has is none of Millrace: the error says which one is meant', async (t) => {
  const folder = await temporaryFolder(t);
  const path = new URL('../../src/index.ts', import.meta.url).href;
  await writeFile(join(folder, 'pipeline.mjs'), `import { take } from '${path}';`);
  assertRefused(t, await millrace(['train', join(folder, 'pipeline.mjs')]), {
    code: 1,
    message: /does not provide an export named 'take'\. Did you mean limit/,
  });
});

test('a module in a package of CommonJS is told what it lacks', async (t) => {
  const folder = await temporaryFolder(t);
  await writeFile(join(folder, 'package.json'), '{ "type": "commonjs" }');
  for (const [text, name, meant] of [
    [`import { a } from './a.js';`, 'pipeline.ts', 'pipeline.mts'],
    ['export default 1;', 'pipeline.js', 'pipeline.mjs'],
  ]) {
    const file = join(folder, name);
    await writeFile(file, text);
    assertRefused(t, await millrace(['describe', file]), {
      code: 1,
      message: new RegExp(`Say "type": "module" in package.json, or name it .*/${meant}\\.$`, 'm'),
    });
  }
});

for (const { title, given = {}, args = [], ...refused } of cases) {
  test(`refuses ${title}`, async (t) => {
    assertRefused(t, await train(t, given, ...args), refused);
  });
}

if (process.platform === 'linux') {
  test('refuses a folder that nobody can write to', async (t) => {
    assertRefused(t, await train(t, {}, '--out', '/proc/out'), {
      code: 1,
      message: /\/proc\/out: expected a folder that can be written to, got ENOENT.* Choose another folder with --out/,
    });
  });
}

test('refuses a working folder where runs cannot be made', async (t) => {
  const cwd = await temporaryFolder(t);
  await writeFile(join(cwd, 'runs'), 'a file');
  const file = await pipelineFile(cwd);
  assertRefused(t, await millrace(['train', file], { cwd }), {
    code: 1,
    message: /runs.given: expected a folder that can be written to.* Choose another folder with --out/,
  });
  t.is(await readFile(join(cwd, 'runs'), 'utf8'), 'a file');
});

test('refuses a file that is no pipeline, and one that is not there', async (t) => {
  const folder = await temporaryFolder(t);
  const file = join(folder, 'nothing.mjs');
  assertRefused(t, await millrace(['train', file]), {
    code: 1,
    message: /nothing.mjs: expected a file .*, got no such file/,
  });
  await writeFile(file, 'export const a = 1;');
  assertRefused(t, await millrace(['train', file]), { code: 1, message: /nothing.mjs: .*got no default export/ });
  await writeFile(file, 'export default 1;');
  assertRefused(t, await millrace(['train', file]), {
    code: 1,
    message: /nothing.mjs: .*got a default export of type number/,
  });
});

test('refuses an empty, a truncated and a foreign Parquet file', async (t) => {
  const folder = await temporaryFolder(t);
  const data = await writeSmall(join(folder, 'small.parquet'));
  const { length } = await readFile(data);
  const file = await pipelineFile(folder, {
    options: { source: `parquet(${JSON.stringify(data)})`, features: '{ number: numeric() }', target: `binary('yes')` },
  });
  const refuse = async (message: RegExp) => {
    const ended = await millrace(['train', file, '--json', '--out', join(folder, 'out')]);
    assertRefused(t, ended, { code: 1, message });
  };
  await truncate(data, length - 100);
  await refuse(/parquet .*small.parquet: expected a whole Parquet file.* cut/);
  await writeFile(data, '');
  await refuse(/parquet .*small.parquet: expected a .*, got an empty file/);
  await writeFile(data, 'a,b\n1,2\n'.repeat(10));
  await refuse(/parquet .*small.parquet: expected a .*Parquet file/);
});

test('a function of the pipeline that throws is named by its place, and by its stack when it is asked for', async (t) => {
  const folder = await temporaryFolder(t);
  const file = await pipelineFile(folder, {
    options: { derive: `[derive('x', ['a'], () => { throw new Error('my own'); })]`, features: '{ x: numeric() }' },
  });
  const args = ['train', file, '--json', '--out', join(folder, 'out')];
  const short = await millrace(args);
  t.is(short.code, 1);
  t.is(short.stdout, '');
  t.regex(short.stderr, /derive x: memory rows, row 0 .*my own. It was thrown at .*pipeline.mjs:\d+:\d+.$/m);
  t.notRegex(short.stderr, /^ +at /m);
  const long = await millrace(args, { env: { MILLRACE_STACK: '1' } });
  t.true((long.stderr.match(/^ +at /gm)?.length ?? 0) > 3);
});

test('MILLRACE_STACK=1 shows where an error was thrown', async (t) => {
  const { code, stderr } = await millrace(['train', 'nowhere.ts'], { env: { MILLRACE_STACK: '1' } });
  t.is(code, 1);
  t.regex(stderr, /no such file.*\n +at [^\0]*cause/);
});

test('a constant column is trained on', async (t) => {
  const summary = summaryOf(await train(t, { row: 'b: 5', options: memoryOnly }));
  t.is(summary.outcome, 'completed');
  t.true(Number.isFinite(summary.loss));
});

test('NaN in the features is replaced and counted', async (t) => {
  const summary = summaryOf(await train(t, { row: 'a: i % 10 === 3 ? NaN : i', options: memoryOnly }));
  t.true(Number.isFinite(summary.loss));
  t.true(summary.missing > 10 && summary.missing <= 20);
});

test('categories beyond the vocabulary are trained on and counted as unseen', async (t) => {
  const given = {
    row: `color: i % 20 === 19 ? 'rare ' + i : 'red'`,
    options: {
      ...memoryOnly,
      split: '{ validation: 0 }',
      features: '{ a: numeric(), color: oneHot({ minCount: 2 }) }',
    },
  };
  t.is(summaryOf(await train(t, given)).unseen, 10);
});

test('a loss that overflows names step, layer and the last good checkpoint, which stays', async (t) => {
  const folder = await temporaryFolder(t);
  const out = join(folder, 'out');
  const file = await pipelineFile(folder, { options: { optimizer: 'sgd({ learningRate: 1e30 })', epochs: '3' } });
  const first = join(out, 'checkpoints', 'step-000000002.safetensors');
  const ended = await millrace(['train', file, '--json', '--out', out]);
  assertRefused(t, ended, {
    code: 1,
    message:
      /training, step \d+: expected a finite (loss|gradient), got .*, first in the (output|gradient) of \d\.\w+.*Try a learning rate smaller than 1e\+30/,
  });
  const good = /The last good checkpoint is (\S+)\.$/m.exec(ended.stderr)?.[1];
  const names = await access(first).then(
    () => [first],
    () => [],
  );
  t.deepEqual(good === undefined ? [] : [good], names);
});

test('refuses to resume with another pipeline, and loses nothing', async (t) => {
  const folder = await temporaryFolder(t);
  const out = join(folder, 'out');
  const file = await pipelineFile(folder);
  const before = summaryOf(await millrace(['train', file, '--json', '--out', out]));
  const bytes = await readFile(`${before.checkpoint}`);

  await pipelineFile(folder, { options: { network: '[dense(5), relu(), dense(1)]' } });
  assertRefused(t, await millrace(['train', file, '--resume', '--json', '--out', out]), {
    code: 1,
    message: /step-\d+.safetensors: expected .*network\[0\]: dense\(4\) -> dense\(5\)/,
  });
  assertRefused(t, await millrace(['evaluate', `${before.checkpoint}`, '--json']), {
    code: 1,
    message: /step-\d+.safetensors: expected .*network\[0\]: dense\(4\) -> dense\(5\)/,
  });
  await pipelineFile(folder);
  assertRefused(t, await millrace(['train', file, '--json', '--out', out]), {
    code: 1,
    message: /out: expected a folder without checkpoints, got .*Resume that run/,
  });
  t.deepEqual(await readFile(`${before.checkpoint}`), bytes);
  t.is((await readdir(join(out, 'checkpoints'))).length, 3);
});

test('refuses a damaged checkpoint, and resumes from the one before it', async (t) => {
  const folder = await temporaryFolder(t);
  const out = join(folder, 'out');
  const file = await pipelineFile(folder);
  const whole = summaryOf(await millrace(['train', file, '--json', '--out', out]));
  const last = `${whole.checkpoint}`;
  const bytes = await readFile(last);
  bytes[bytes.length >> 1] ^= 1;
  await writeFile(last, bytes);
  assertRefused(t, await millrace(['evaluate', last]), {
    code: 1,
    message: /step-\d+.safetensors.*: expected .*, got /,
  });

  const resumed = await millrace(['train', file, '--resume', '--json', '--out', out]);
  t.regex(resumed.stderr, /left out: .*step-\d+.safetensors/);
  t.is(summaryOf(resumed).parametersSha256, whole.parametersSha256);

  const alone = join(folder, 'alone');
  await mkdir(join(alone, 'checkpoints'), { recursive: true });
  await copyFile(last, join(alone, 'checkpoints', 'step-000000012.safetensors'));
  await truncate(join(alone, 'checkpoints', 'step-000000012.safetensors'), 500);
  assertRefused(t, await millrace(['train', file, '--resume', '--json', '--out', alone]), {
    code: 1,
    message: /step-000000012.safetensors.*: expected .*, got /,
  });
});
