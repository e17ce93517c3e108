import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { exportModel, fromOnnx, fromSafetensors, fromTorch, type ImportedNetwork } from '../../src/exchange.ts';
import {
  batchNorm,
  dense,
  dropout,
  elu,
  gelu,
  type Layer,
  layerNorm,
  leakyRelu,
  passThrough,
  prelu,
  relu,
  selu,
  sigmoid,
  silu,
  softplus,
  softsign,
  tanh,
} from '../../src/index.ts';

const folder = 'test/golden/torch';
const golden: Readonly<
  Record<string, { readonly rows: readonly (readonly number[])[]; readonly outputs: readonly (readonly number[])[] }>
> = JSON.parse(readFileSync(join(folder, 'networks.json'), 'utf8')).networks;

/** The layers of each network of test/golden/generateTorch.py. */
const networks: Readonly<Record<string, readonly Layer[]>> = {
  mlp: [dense(6), relu(), dense(5), tanh(), dense(2)],
  normalized: [
    batchNorm(),
    dense(6, { bias: false }),
    batchNorm({ epsilon: 1e-3 }),
    leakyRelu({ slope: 0.2 }),
    dropout(0.3),
    dense(6),
    layerNorm({ epsilon: 1e-4 }),
    gelu(),
    dense(3),
  ],
  activations: [
    ...[
      prelu({ shared: false }),
      prelu(),
      elu({ alpha: 0.7 }),
      selu(),
      silu(),
      softplus(),
      softsign(),
      sigmoid(),
    ].flatMap((layer) => [dense(4), layer]),
    passThrough(),
    dense(2),
  ],
  dense: [dense(4), dense(2, { bias: false })],
};

function isLike(t: ExecutionContext, network: ImportedNetwork, name: string): void {
  const { rows, outputs } = golden[name]!;
  const found = network.forward(rows);
  t.is(found.length, outputs.length);
  for (const [i, row] of outputs.entries()) {
    for (const [j, value] of row.entries()) {
      t.true(
        Math.abs(found[i]![j]! - value) <= 1e-6 * Math.max(1, Math.abs(value)),
        `${i}, ${j}: ${found[i]![j]}, ${value}`,
      );
    }
  }
}

for (const [name, layers] of Object.entries(networks)) {
  test(`${name}: a state dict of PyTorch gives the outputs that it gives there`, async (t) => {
    isLike(t, await fromTorch(join(folder, `${name}.pt`), layers), name);
  });

  test(`${name}: a graph of PyTorch gives the outputs that it gives there, and says what its layers are`, async (t) => {
    const network = await fromOnnx(join(folder, `${name}.onnx`));
    isLike(t, network, name);
    const kept = layers.filter(({ kind }) => kind !== 'dropout' && kind !== 'passThrough');
    t.deepEqual(
      network.layers.map(({ kind }) => kind),
      kept.map(({ kind }) => kind),
    );
    const options = ({ options: { initializer: _, ...own } }: Layer) => own;
    t.deepEqual(
      network.layers.map(options).map(({ slope: _, ...own }) => own),
      kept.map(options).map(({ slope: _, ...own }) => own),
    );
  });

  test(`${name}: exported, imported and exported again is the same bytes`, async (t) => {
    const network = await fromTorch(join(folder, `${name}.pt`), layers);
    const onnx = await exportModel(network, 'onnx');
    const again = await fromOnnx(onnx.bytes);
    isLike(t, again, name);
    t.deepEqual((await exportModel(again, 'onnx')).bytes, onnx.bytes);
    const weights = await exportModel(network, 'safetensors');
    const reread = await fromSafetensors(weights.bytes, layers);
    isLike(t, reread, name);
    t.deepEqual((await exportModel(reread, 'safetensors')).bytes, weights.bytes);
  });
}

test('halves, doubles in columns, parameters and a common prefix are read, and the layers are told where all are dense', async (t) => {
  const { tensors } = await fromTorch(join(folder, 'dense.pt'));
  const double = await fromTorch(join(folder, 'double.pt'));
  t.deepEqual(
    double.layers.map(({ kind, options }) => [kind, options.units, options.bias]),
    [
      ['dense', 4, true],
      ['dense', 2, false],
    ],
  );
  t.deepEqual(double.tensors, tensors);
  const half = await fromTorch(join(folder, 'half.pt'));
  for (const [name, { data }] of Object.entries(tensors)) {
    t.deepEqual([...half.tensors[name]!.data], [...new Float16Array(data)], name);
  }
});

const refusals: Readonly<Record<string, RegExp>> = {
  'module.pt':
    /data\.pkl: byte \d+: expected a state dict, which holds tensors alone, got the name torch\.nn\.modules\.container\.Sequential\. Save the parameters alone/,
  'checkpoint.pt':
    /expected a dict of tensors, got model, epoch, of which model is none\. Save the parameters alone: torch\.save\(net\.state_dict\(\), path\)\./,
  'before.pt': /expected a file as torch\.save has written it since PyTorch 1\.6, got a pickle of before/,
  'mlp.pt':
    /expected the weights and biases of dense layers alone.*got no 1\.weight\. A state dict does not say what its modules do/,
  'networks.json': /expected a zip file, got \d+ bytes that are none/,
  'none.pt': /none\.pt: expected a file, got no such file/,
};

for (const [file, message] of Object.entries(refusals)) {
  test(`${file} is refused without layers, and the error says why`, async (t) => {
    await t.throwsAsync(fromTorch(join(folder, file)), { name: 'CheckpointError', message });
  });
}

test('layers that are not those of the file are refused with the tensor that tells', async (t) => {
  const read = (layers: readonly Layer[]) => fromTorch(join(folder, 'mlp.pt'), layers);
  await t.throwsAsync(read([dense(6), relu(), dense(5)]), {
    name: 'CheckpointError',
    message: /expected tensors of 3 layers, got 4\.weight, 4\.bias besides/,
  });
  await t.throwsAsync(read([dense(6), dense(5), dense(2)]), {
    name: 'CheckpointError',
    message: /expected a tensor 1\.weight, for layer 2 \(dense\)/,
  });
  await t.throwsAsync(read([dense(7), relu(), dense(5), tanh(), dense(2)]), {
    name: 'ShapeError',
    message: /0\.weight: expected the shape \[7, 4\], for layer 1 \(dense\), got \[6, 4\]/,
  });
  const { forward } = await read(networks.mlp!);
  t.throws(() => forward([[1, 2, 3]]), { name: 'ShapeError', message: /row 0: expected 4 numbers, got 3/ });
});

test('a convolution is refused by the name of its node', async (t) => {
  await t.throwsAsync(fromOnnx(join(folder, 'conv.onnx')), {
    name: 'CheckpointError',
    message: /expected an input of rows of numbers, \[n, units\], got input, float of \[1, 1, 4\]/,
  });
});

test('a graph that was put together by hand gives what its arithmetic does', async (t) => {
  const network = await fromOnnx(join(folder, 'hand.onnx'));
  t.deepEqual(
    network.layers.map(({ kind }) => kind),
    ['dense', 'relu', 'residual', 'branches', 'batchNorm', 'dense'],
  );
  isLike(t, network, 'hand');
});
