import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { decodeSafetensors } from '../../src/checkpoint/safetensors.ts';
import { exportModel } from '../../src/exchange.ts';
import {
  batchNorm,
  binary,
  binaryCrossEntropy,
  branches,
  dayOfWeek,
  dense,
  embedding,
  gelu,
  movingAverage,
  numeric,
  oneHot,
  prelu,
  relu,
  residual,
} from '../../src/index.ts';
import { findCheckpoint } from '../../src/model/findCheckpoint.ts';
import { loadModel } from '../../src/model.ts';
import { loadCheckpoint } from '../../src/operators.ts';
import { temporaryFolder } from '../pipeline/run.ts';
import { everyFeature, price, trained } from './everyKind.ts';

const options = {
  ...everyFeature,
  derive: [dayOfWeek('at')],
  features: { size: numeric({ missing: 'indicator' }), city: embedding(3), weekday: oneHot() },
  target: binary('late'),
  loss: binaryCrossEntropy(),
  network: [
    dense(4),
    batchNorm(),
    branches([[dense(2)], [residual([dense(4, { bias: false }), gelu()]), prelu()]]),
    relu(),
    dense(1),
  ],
  movingAverage: movingAverage({ decay: 0.9 }),
};

test('weights have the names, shapes and order of numbers that PyTorch gives them, and what the model uses is among them', async (t) => {
  const directory = await trained(t, options);
  const path = join(await temporaryFolder(t), 'late.safetensors');
  const { bytes } = await exportModel(directory, path);
  t.deepEqual(new Uint8Array(await readFile(path)), bytes);
  const { tensors, metadata } = decodeSafetensors(bytes, path);
  t.deepEqual(metadata, { format: 'pt' });
  const width = tensors['0.weight']!.shape[1]!;
  t.deepEqual(
    Object.entries(tensors).map(([name, { shape }]) => [name, ...shape]),
    [
      ['embeddings.0.weight', 10, 3],
      ['0.weight', 4, width],
      ['0.bias', 4],
      ['1.weight', 4],
      ['1.bias', 4],
      ['2.0.0.weight', 2, 4],
      ['2.0.0.bias', 2],
      ['2.1.0.0.weight', 4, 4],
      ['2.1.1.weight', 1],
      ['4.weight', 1, 6],
      ['4.bias', 1],
      ['1.running_mean', 4],
      ['1.running_var', 4],
    ],
  );
  const saved = await loadCheckpoint(await findCheckpoint(directory));
  const { shape, data } = saved.tensors['movingAverage/1.dense.w']!;
  t.deepEqual(shape, [width, 4]);
  for (let i = 0; i < width; i++)
    for (let j = 0; j < 4; j++) t.is(tensors['0.weight']!.data[j * width + i], data[i * 4 + j]);

  const model = JSON.parse(await readFile(path.replace('.safetensors', '.json'), 'utf8'));
  t.like(model, {
    format: 'millrace-weights',
    version: 1,
    name: 'every-kind',
    inputs: width,
    embeddings: [{ feature: 'city', tensor: 'embeddings.0.weight', codes: 10, width: 3, column: width - 3 }],
    derive: [{ verb: 'dayOfWeek', column: 'at', as: 'weekday' }],
    loss: { name: 'binaryCrossEntropy' },
    answers: { threshold: 0.5, calibration: null },
  });
  t.deepEqual(model.network[0], {
    kind: 'dense',
    torch: 'Linear',
    arguments: { in_features: width, out_features: 4, bias: true },
  });
  t.deepEqual(model.network[2].branches[1][0].layers[1], {
    kind: 'gelu',
    torch: 'GELU',
    arguments: { approximate: 'none' },
  });
  t.deepEqual(
    model.features.map(({ name, column }: { name: string; column: number }) => [name, column]),
    [
      ['size', 0],
      ['city', width - 3],
      ['weekday', 2],
    ],
  );
});

test('a model that is loaded is exported with the threshold that it was loaded with', async (t) => {
  const directory = await trained(t, options);
  const model = await loadModel(directory, { threshold: 0.9 });
  t.teardown(() => model.close());
  const { bytes } = await exportModel(model, 'onnx');
  t.deepEqual(bytes, (await exportModel(directory, 'onnx', { threshold: 0.9 })).bytes);
  t.deepEqual((await exportModel(model, 'safetensors')).bytes, (await exportModel(directory, 'safetensors')).bytes);
});

test('the description of weights is written over one of before, and over no other file', async (t) => {
  const directory = await trained(t, { ...price, network: [dense(1)] });
  const folder = await temporaryFolder(t);
  await writeFile(join(folder, 'package.json'), '{}');
  await t.throwsAsync(exportModel(directory, join(folder, 'package.safetensors')), {
    name: 'OptionError',
    message: /package\.json is free, for the description of the weights, got one of which there is another file/,
  });
  t.deepEqual(await readdir(folder), ['package.json']);
  const path = join(folder, 'weights.safetensors');
  await exportModel(directory, path);
  await exportModel(directory, path);
  t.deepEqual((await readdir(folder)).sort(), ['package.json', 'weights.json', 'weights.safetensors']);
});

test('a model is not written over by its weights, and what a format has no use for is refused', async (t) => {
  const path = await findCheckpoint(await trained(t, { ...price, network: [dense(1)] }));
  const before = await readFile(path);
  const refused = (model: unknown, to: string, given: object, message: RegExp) =>
    t.throwsAsync(exportModel(model as string, to, given), { name: 'OptionError', message });
  await refused(path, path, {}, /to: expected another file than that of the model, got .*\. Write it elsewhere\./);
  t.deepEqual(await readFile(path), before);
  await refused(
    path,
    'safetensors',
    { threshold: 0.5 },
    /threshold: expected none: it is not of safetensors, which hold the weights alone/,
  );
  await refused(
    path,
    'model.h5',
    {},
    /to: expected a path that ends in \.onnx, \.safetensors or \.ts, .* got 'model\.h5'/,
  );
  await refused({}, 'onnx', {}, /model: expected the path of a checkpoint .* or an imported network/);
  await t.throwsAsync(exportModel(path, 'no/such/folder/model.onnx'), {
    name: 'CheckpointError',
    message: /expected a folder that can be written to/,
  });
});
