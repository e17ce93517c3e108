import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { runOnnx } from '../exchange/runOnnx.ts';
import { millrace, summaryOf, temporaryFolder } from '../pipeline/run.ts';
import { pipelineFile } from './pipelineFile.ts';

test('a model is written as ONNX, and the command says what goes in and what comes out', async (t) => {
  const cwd = await temporaryFolder(t);
  await pipelineFile(cwd);
  summaryOf(await millrace(['train', 'pipeline.mjs', '--json', '--out', 'run'], { cwd }));
  const exported = await millrace(['export', 'run', '--to', 'model.onnx'], { cwd });
  t.is(exported.code, 0, exported.stderr);
  t.regex(exported.stdout, /^in +a +double \[N, 1\] +a number; NaN where there is none$/m);
  t.regex(exported.stdout, /^in +color +string \[N, 1\] +a text; "" where there is none$/m);
  t.regex(exported.stdout, /^out +label +int64 \[N\] +late, predicted$/m);
  t.regex(exported.stdout, /^model\.onnx: [\d,]+ bytes$/m);

  const json = await millrace(['export', 'run', '--to', 'model.onnx', '--json', '--threshold', '0'], { cwd });
  const { inputs, bytes } = JSON.parse(json.stdout);
  const file = new Uint8Array(await readFile(join(cwd, 'model.onnx')));
  t.is(file.length, bytes);
  const { label, probabilities } = await runOnnx({ bytes: file, inputs }, { a: [0.5], b: [3], color: ['red'] });
  t.deepEqual(label, [1n]);
  t.is(probabilities?.length, 2);
});

test('what cannot be written is told, and nothing is written', async (t) => {
  const cwd = await temporaryFolder(t);
  const refused = async (args: string[], code: number, message: RegExp) => {
    const ended = await millrace(['export', ...args], { cwd });
    t.is(ended.code, code, ended.stderr);
    t.regex(ended.stderr, message);
    t.is(ended.stdout, '');
  };
  await refused(['run'], 2, /--to: expected a file to write/);
  await refused(['run', '--to', 'model.h5'], 1, /exportModel: to: expected a path that ends in .*, got 'model\.h5'/);
  await refused(
    ['run', '--to', 'model.onnx', '--from', 'rows'],
    1,
    /from: expected 'columns', 'features' or 'encoded'/,
  );
  await refused(
    ['run', '--to', 'model.onnx', '--threshold', '2'],
    2,
    /--threshold: expected a probability in \[0, 1\], got 2/,
  );
  await refused(['run', '--to', 'model.onnx'], 1, /run: expected a checkpoint/);
});
