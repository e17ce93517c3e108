import test from 'ava';
import { openEngine } from '../../src/engine/openEngine.ts';
import { layoutOf } from '../../src/exchange/importedNetwork.ts';
import { exportModel, fromOnnx, fromSafetensors, fromTorch } from '../../src/exchange.ts';
import {
  checkpoint,
  definePipeline,
  dense,
  type Layer,
  meanSquaredError,
  memory,
  numeric,
  regression,
  relu,
  sgd,
  train,
} from '../../src/index.ts';
import { loadModel } from '../../src/model.ts';
import { compileNetwork, loadCheckpoint } from '../../src/operators.ts';
import { temporaryFolder } from '../pipeline/run.ts';
import { layers } from './everyKind.ts';
import { made } from './madeNetwork.ts';
import { runOnnx } from './runOnnx.ts';

const rows = Array.from({ length: 30 }, (_, i) => Array.from({ length: 5 }, (_, j) => Math.sin(7 * i + j) * 3));

for (const [name, network] of Object.entries(layers)) {
  test(`${name}: a network is the same in ONNX Runtime, and read back from ONNX and safetensors, whose bytes stay`, async (t) => {
    const own = made([...network, dense(3)]);
    const expected = own.forward(rows);
    const isSame = (found: readonly (readonly number[] | Float32Array)[], by: string) => {
      for (const [i, row] of expected.entries()) {
        for (const [j, value] of row.entries()) {
          t.true(
            Math.abs(found[i]![j]! - value) <= 2e-6 * Math.max(1, Math.abs(value)),
            `${by}: ${i}, ${j}: ${found[i]![j]}, ${value}`,
          );
        }
      }
    };
    const onnx = await exportModel(own, 'onnx');
    const { y } = await runOnnx(onnx, { x: rows });
    isSame(
      expected.map((_, i) => y!.slice(3 * i, 3 * i + 3).map(Number)),
      'ONNX Runtime',
    );
    const read = await fromOnnx(onnx.bytes);
    isSame(read.forward(rows), 'fromOnnx');
    t.deepEqual((await exportModel(read, 'onnx')).bytes, onnx.bytes);
    const weights = await exportModel(own, 'safetensors');
    const reread = await fromSafetensors(weights.bytes, [...network, dense(3)]);
    t.deepEqual(reread.forward(rows), expected);
    t.deepEqual((await exportModel(reread, 'safetensors')).bytes, weights.bytes);
  });
}

test('a pipeline begins with imported parameters, and its description tells them from others', async (t) => {
  const imported = await fromTorch('test/golden/torch/mlp.pt', [dense(6), relu(), dense(5), relu(), dense(2)]);
  const { layers: begun, forward } = { ...imported, layers: [...imported.layers.slice(0, 4), dense(1)] };
  const names = ['a', 'b', 'c', 'd'];
  const source = memory(
    Array.from({ length: 64 }, (_, i) => ({
      ...Object.fromEntries(names.map((name, j) => [name, Math.sin(i + j)])),
      y: i,
    })),
  );
  const pipeline = (network: readonly Layer[]) =>
    definePipeline({
      name: 'begun',
      source,
      features: Object.fromEntries(names.map((name) => [name, numeric({ scale: 'none' })])),
      target: regression('y'),
      batch: 16,
      network,
      loss: meanSquaredError(),
      // Too small a step to move a float32.
      optimizer: sgd({ learningRate: 1e-30 }),
      sinks: [checkpoint()],
    });
  const directory = await temporaryFolder(t);
  const summary = await train(pipeline(begun), { directory });
  const { tensors, state } = await loadCheckpoint(`${summary.checkpoint}`);
  for (const name of ['1.dense.w', '1.dense.b', '3.dense.w', '3.dense.b']) {
    t.deepEqual(tensors[name], imported.tensors[name], name);
  }
  t.regex(JSON.stringify((state.pipeline as { network: unknown }).network), /"initializer":"imported [0-9a-f]{16}"/);
  const model = await loadModel(directory);
  t.teardown(() => model.close());
  t.is(typeof model.predictRow({ a: 1, b: 2, c: 3, d: 4 }).predicted, 'number');
  t.is(forward([[1, 2, 3, 4]])[0]!.length, 2);
});

test('imported layers refuse another width, with the one that they have', async (t) => {
  const { layers: begun } = await fromTorch('test/golden/torch/dense.pt');
  const engine = openEngine('reference');
  t.throws(() => compileNetwork({ layers: begun, layout: layoutOf(5), engine, batch: 1, seed: 1 }), {
    name: 'ShapeError',
    message: /^layer 1 \(dense\): expected parameters of shape \[5, 4\], for 5 units that go in, got \[3, 4\]/,
  });
});
