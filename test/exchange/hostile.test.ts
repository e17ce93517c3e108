import { readFileSync } from 'node:fs';
import { crc32, deflateRawSync } from 'node:zlib';
import test from 'ava';
import { encodeSafetensors } from '../../src/checkpoint/safetensors.ts';
import { randomSequence } from '../../src/engine/random.ts';
import { MillraceError } from '../../src/errors.ts';
import { encodeOnnx } from '../../src/exchange/onnx/encodeOnnx.ts';
import type { OnnxFile, OnnxNode, OnnxTensor } from '../../src/exchange/onnx/types.ts';
import { fromOnnx, fromSafetensors, fromTorch } from '../../src/exchange.ts';
import { encodeMessage } from '../../src/files/protobuf.ts';
import { dense, type Layer, relu, tanh } from '../../src/index.ts';
import { numberOf } from '../faults/numberOf.ts';

const mutations = numberOf('mutations', 300);
const layers: readonly Layer[] = [dense(6), relu(), dense(5), tanh(), dense(2)];
const pt = new Uint8Array(readFileSync('test/golden/torch/mlp.pt'));
const onnx = new Uint8Array(readFileSync('test/golden/torch/normalized.onnx'));
const weights = encodeSafetensors({
  tensors: {
    '0.weight': { shape: [2, 3], data: new Float32Array(6) },
    '0.bias': { shape: [2], data: new Float32Array(2) },
  },
  metadata: { format: 'pt' },
});

const readers = {
  '.pt': { bytes: pt, read: (bytes: Uint8Array) => fromTorch(bytes, layers) },
  '.onnx': { bytes: onnx, read: (bytes: Uint8Array) => fromOnnx(bytes) },
  '.safetensors': { bytes: weights, read: (bytes: Uint8Array) => fromSafetensors(bytes, [dense(2)]) },
};

for (const [ending, { bytes, read }] of Object.entries(readers)) {
  test(`a ${ending} that is cut is refused, wherever it is`, async (t) => {
    t.is(typeof (await read(bytes)).forward, 'function');
    const step = Math.max(1, Math.floor(bytes.length / mutations));
    for (let length = 0; length < bytes.length; length += step) {
      await t.throwsAsync(read(bytes.slice(0, length)), { instanceOf: MillraceError }, `${length} bytes`);
    }
  });

  test(`a ${ending} with a byte that has changed is read or refused, and nothing else`, async (t) => {
    const random = randomSequence(1, 'data');
    let refused = 0;
    for (let i = 0; i < mutations; i++) {
      const changed = bytes.slice();
      changed[random(2 * i) % bytes.length]! ^= 1 << (random(2 * i + 1) % 8);
      try {
        await read(changed);
      } catch (error) {
        if (!(error instanceof MillraceError)) throw error;
        refused++;
      }
    }
    t.true(refused > 0);
  });
}

interface Entry {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly method?: number;
  readonly packed?: Uint8Array;
  readonly checksum?: number;
  readonly size?: number;
}

/** A zip file. */
function zip(entries: readonly Entry[]): Uint8Array {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let at = 0;
  for (const { name, bytes, method = 0, packed = bytes, checksum = crc32(bytes), size = bytes.length } of entries) {
    const encoded = new TextEncoder().encode(name);
    const local = new Uint8Array(30 + encoded.length);
    const central = new Uint8Array(46 + encoded.length);
    for (const [bytes, signature, shift] of [
      [local, 0x04034b50, 0],
      [central, 0x02014b50, 2],
    ] as const) {
      const view = new DataView(bytes.buffer);
      view.setUint32(0, signature, true);
      view.setUint16(8 + shift, method, true);
      view.setUint32(14 + shift, checksum, true);
      view.setUint32(18 + shift, method === 0 ? size : packed.length, true);
      view.setUint32(22 + shift, size, true);
      view.setUint16(26 + shift, encoded.length, true);
      if (shift) view.setUint32(42, at, true);
      bytes.set(encoded, shift ? 46 : 30);
    }
    parts.push(local, packed);
    directory.push(central);
    at += local.length + packed.length;
  }
  const end = new Uint8Array(22);
  const view = new DataView(end.buffer);
  view.setUint32(0, 0x06054b50, true);
  view.setUint16(8, entries.length, true);
  view.setUint16(10, entries.length, true);
  view.setUint32(
    12,
    directory.reduce((sum, each) => sum + each.length, 0),
    true,
  );
  view.setUint32(16, at, true);
  return Uint8Array.from([...parts, ...directory, end].flatMap((part) => [...part]));
}

const text = (value: string) => [
  0x58,
  ...le(new TextEncoder().encode(value).length),
  ...new TextEncoder().encode(value),
];
const le = (value: number) => [value & 255, (value >> 8) & 255, (value >> 16) & 255, (value >>> 24) & 255];
const int = (value: number) => [0x4a, ...le(value)];
const named = (module: string, name: string) => [0x63, ...new TextEncoder().encode(`${module}\n${name}\n`)];
/** A tensor of float32 numbers of `data/0`, of this shape and these strides. */
const tensor = (offset: number, shape: readonly number[], strides: readonly number[]) => [
  ...named('torch._utils', '_rebuild_tensor_v2'),
  0x28,
  ...[0x28, ...text('storage'), ...named('torch', 'FloatStorage'), ...text('0'), ...text('cpu'), ...int(8), 0x74, 0x51],
  ...int(offset),
  ...[0x28, ...shape.flatMap(int), 0x74],
  ...[0x28, ...strides.flatMap(int), 0x74],
  ...[0x89, ...named('collections', 'OrderedDict'), 0x29, 0x52],
  0x74,
  0x52,
];
const dictOf = (items: Readonly<Record<string, readonly number[]>>) => [
  ...[0x80, 2, 0x7d, 0x28],
  ...Object.entries(items).flatMap(([name, value]) => [...text(name), ...value]),
  ...[0x75, 0x2e],
];
const file = (pickle: readonly number[], data = new Uint8Array(32)) =>
  zip([
    { name: 'w/data.pkl', bytes: Uint8Array.from(pickle) },
    { name: 'w/data/0', bytes: data },
  ]);

test('a pickle that is made by hand is read', async (t) => {
  const { tensors } = await fromTorch(
    file(dictOf({ '0.weight': tensor(0, [2, 2], [2, 1]), '0.bias': tensor(4, [2], [1]) })),
  );
  t.deepEqual(tensors['1.dense.b']?.shape, [2]);
});

const system = [...named('os', 'system'), ...text('touch /tmp/hacked'), 0x85, 0x52, 0x2e];
const pickles: Readonly<Record<string, readonly [readonly number[], RegExp]>> = {
  'a function of the system': [
    [0x80, 2, ...system],
    /byte 13: expected a state dict, which holds tensors alone, got the name os\.system/,
  ],
  'a name by its texts, as later protocols have it': [
    [0x80, 4, 0x8c, 2, 0x6f, 0x73, 0x93],
    /an instruction that a state dict needs, got 0x8c/,
  ],
  'an object of a class': [[0x80, 2, ...named('builtins', 'eval'), 0x29, 0x81], /the name builtins\.eval/],
  'an extension': [[0x80, 2, 0x82, 1], /got 0x82/],
  'a tensor behind its numbers': [
    dictOf({ '0.weight': tensor(0, [3, 3], [3, 1]) }),
    /0\.weight: expected a part of the 8 numbers of data\/0, got 9 from 0 on, the last at 8/,
  ],
  'strides that lead behind the numbers': [
    dictOf({ '0.weight': tensor(0, [2, 2], [100, 1]) }),
    /expected a part of the 8 numbers/,
  ],
  'an offset below zero': [
    dictOf({ '0.weight': tensor(-1, [2, 2], [2, 1]) }),
    /expected a shape, strides and an offset/,
  ],
  'more numbers than there is room for': [
    dictOf({ '0.weight': tensor(0, [50_000, 50_000], [0, 0]) }),
    /expected tensors of at most 16 times the bytes of the file, got more/,
  ],
  'a shape whose product is no number': [
    dictOf({ '0.weight': tensor(0, Array(40).fill(2 ** 30), Array(40).fill(0)) }),
    /expected a part of the 8 numbers/,
  ],
  'a text that is longer than the file': [
    [0x80, 2, 0x58, 255, 255, 255, 255],
    /expected an instruction, got the end: the pickle is cut/,
  ],
  'no value': [[0x80, 2, 0x2e], /expected one value at the end, got 0/],
  'a stack that is empty': [[0x80, 2, 0x75], /expected a mark, got none/],
  'a value that was not kept': [[0x80, 2, 0x68, 9], /expected a value that was kept, got none/],
  'a call of a dict': [[0x80, 2, 0x7d, 0x29, 0x52], /expected a call that makes a dict or a tensor/],
  'a list of tensors': [[0x80, 2, 0x29, 0x2e], /expected a dict of tensors, got something else/],
  'numbers of a kind that a network does not have': [
    [0x80, 2, ...named('torch', 'ComplexFloatStorage')],
    /the name torch\.ComplexFloatStorage/,
  ],
};

for (const [name, [pickle, message]] of Object.entries(pickles)) {
  test(`${name} is refused in a pickle`, async (t) => {
    await t.throwsAsync(fromTorch(file(pickle)), { name: 'CheckpointError', message });
  });
}

const good = Uint8Array.from(dictOf({ '0.weight': tensor(0, [2, 4], [4, 1]) }));
const bomb = new Uint8Array(1_000_000);
const zips: Readonly<Record<string, readonly [Uint8Array, RegExp]>> = {
  'an entry that is compressed': [
    zip([{ name: 'w/data.pkl', bytes: bomb, packed: deflateRawSync(bomb), method: 8 }]),
    /expected entry w\/data\.pkl as it is, got a compressed one/,
  ],
  'an entry of more bytes than there are': [
    zip([{ name: 'w/data.pkl', bytes: good, size: 2 ** 31 }]),
    /expected 2147483648 bytes of w\/data\.pkl from \d+ on, got a file of \d+/,
  ],
  'an entry twice': [
    zip([
      { name: 'w/data.pkl', bytes: good },
      { name: 'w/data.pkl', bytes: good },
    ]),
    /expected each entry once, got w\/data\.pkl twice/,
  ],
  'a wrong checksum': [
    zip([{ name: 'w/data.pkl', bytes: good, checksum: 1 }]),
    /with checksum 1, got \d+\. The file is damaged/,
  ],
  'no pickle': [zip([{ name: 'w/version', bytes: good }]), /expected an entry data\.pkl, got w\/version/],
  'no numbers': [zip([{ name: 'w/data.pkl', bytes: good }]), /0\.weight: expected an entry data\/0, got none/],
  'numbers in another order': [
    zip([
      { name: 'w/data.pkl', bytes: good },
      { name: 'w/byteorder', bytes: new TextEncoder().encode('big') },
    ]),
    /expected numbers in little-endian order/,
  ],
};

for (const [name, [bytes, message]] of Object.entries(zips)) {
  test(`${name} is refused in a zip file`, async (t) => {
    await t.throwsAsync(fromTorch(bytes), { name: 'CheckpointError', message });
  });
}

const float = (name: string, shape: readonly number[]): OnnxTensor => ({
  name,
  type: 'float',
  shape,
  data: new Float32Array(shape.reduce((product, size) => product * size, 1)),
});
const node = (
  name: string,
  op: string,
  inputs: readonly string[],
  attributes: OnnxNode['attributes'] = {},
  domain?: string,
): OnnxNode => ({
  name,
  op,
  inputs,
  outputs: [name],
  attributes,
  ...(domain && { domain }),
});
const graph = (
  nodes: readonly OnnxNode[],
  tensors: readonly OnnxTensor[] = [],
  more: Partial<OnnxFile> = {},
): Uint8Array =>
  encodeOnnx({
    name: 'g',
    opsets: { '': 17 },
    nodes,
    tensors,
    inputs: [{ name: 'x', type: 'float', shape: ['N', 3] }],
    outputs: [{ name: nodes.at(-1)?.name ?? 'x', type: 'float', shape: ['N', 2] }],
    metadata: {},
    ...more,
  });
const w = float('w', [3, 2]);
/** A file whose only tensor says something of its own. */
const rawTensor = (write: Parameters<typeof encodeMessage>[0]) =>
  encodeMessage((model) => model.message(7, (graph) => graph.message(5, write)));

const graphs: Readonly<Record<string, readonly [Uint8Array, RegExp]>> = {
  'an operator of no dense network': [
    graph([node('conv', 'Conv', ['x', 'w'])], [w]),
    /node conv: expected Gemm, .* or an activation, got Conv/,
  ],
  'an operator of another domain': [
    graph([node('tree', 'TreeEnsembleRegressor', ['x'], {}, 'ai.onnx.ml')]),
    /node tree: .* got TreeEnsembleRegressor of the domain ai\.onnx\.ml/,
  ],
  'a softmax': [
    graph([node('p', 'Softmax', ['x'])]),
    /node p: .* got Softmax\. Export what goes into it: crossEntropy\(\) takes logits/,
  ],
  'weights that are computed': [
    graph([node('twice', 'Add', ['x', 'x']), node('z', 'Gemm', ['x', 'twice'])]),
    /node z: expected weights that are constant, of two dimensions, got others/,
  ],
  'weights of three dimensions': [
    graph([node('z', 'MatMul', ['x', 'w'])], [float('w', [1, 3, 2])]),
    /node z: .* got \[1, 3, 2\]/,
  ],
  'rows that are transposed': [
    graph([node('z', 'Gemm', ['x', 'w'], { transA: { int: 1 } })], [w]),
    /node z: expected rows that are not transposed, got transA/,
  ],
  'a bias of another length': [
    graph([node('z', 'Gemm', ['x', 'w', 'b'])], [w, float('b', [3])]),
    /node z: expected a bias of 2 numbers, got one of \[3\]/,
  ],
  'a sum of two ways': [
    graph([node('a', 'Relu', ['x']), node('b', 'Tanh', ['x']), node('s', 'Add', ['a', 'b'])]),
    /node s: expected a sum of a value and of what layers make of it, got one of two others/,
  ],
  'a constant that is added to an activation': [
    graph([node('a', 'Relu', ['x']), node('s', 'Add', ['a', 'b'])], [float('b', [3])]),
    /node s: expected a constant that is added to a product: a bias, got one added to Relu/,
  ],
  'a batch normalization in training': [
    graph(
      [node('n', 'BatchNormalization', ['x', 'a', 'a', 'a', 'a'], { training_mode: { int: 1 } })],
      [float('a', [3])],
    ),
    /node n: expected a network in use, got one in training/,
  ],
  'a circle': [
    graph([node('a', 'Relu', ['b']), node('b', 'Tanh', ['a'])]),
    /node b: expected a graph without circles, got one/,
  ],
  'a value that nothing gives': [
    graph([node('a', 'Relu', ['nothing'])]),
    /expected a node that gives nothing, got none/,
  ],
  'two inputs': [
    graph([node('a', 'Relu', ['x'])], [], {
      inputs: ['x', 'z'].map((name) => ({ name, type: 'float', shape: ['N', 3] })),
    }),
    /expected one input, got x, z/,
  ],
  'texts that go in': [
    graph([node('a', 'Relu', ['x'])], [], { inputs: [{ name: 'x', type: 'string', shape: ['N', 1] }] }),
    /expected an input of rows of numbers, \[n, units\], got x, string of \[N, 1\]/,
  ],
  'thousands of nodes': [
    graph(Array.from({ length: 2001 }, (_, i) => node(`${i}`, 'Relu', [i === 0 ? 'x' : `${i - 1}`]))),
    /expected a graph of at most 2000 nodes, got 2001/,
  ],
  'another width than the input has': [
    graph([node('z', 'Gemm', ['x', 'w'])], [float('w', [4, 2])]),
    /1\.dense\.w: expected parameters of shape \[3, 2\], for 3 units that go in, got \[4, 2\]/,
  ],
  'a tensor in another file': [
    rawTensor((tensor) => {
      tensor.integer(1, 2);
      tensor.integer(2, 1);
      tensor.text(8, 'w');
      tensor.integer(14, 1);
    }),
    /tensor w: expected its numbers in the file, got the name of another file/,
  ],
  'a tensor of a huge shape': [
    rawTensor((tensor) => {
      tensor.integer(1, 2 ** 50);
      tensor.integer(2, 1);
      tensor.text(8, 'w');
      tensor.bytes(9, new Uint8Array(8));
    }),
    /tensor w: expected 1125899906842624 values for \[1125899906842624\], got 2/,
  ],
  'a tensor of a size below zero': [
    rawTensor((tensor) => {
      tensor.integer(1, -1);
      tensor.integer(2, 1);
      tensor.text(8, 'w');
    }),
    /tensor w: expected sizes of at least 0, got \[-1\]/,
  ],
  'a tensor of another type': [
    rawTensor((tensor) => {
      tensor.integer(1, 1);
      tensor.integer(2, 15);
      tensor.text(8, 'w');
    }),
    /tensor w: expected one of .*, got the type 15/,
  ],
  'operators of an old version': [
    graph([node('a', 'Relu', ['x'])], [], { opsets: { '': 6 } }),
    /expected operators of version 7 or later, got 6/,
  ],
  'no graph': [
    encodeMessage((model) => model.integer(1, 8)),
    /expected a file of ONNX, with a graph, got 2 bytes without one/,
  ],
  'a page of text': [new TextEncoder().encode('<html>not found</html>'), /expected a file of ONNX, got /],
};

for (const [name, [bytes, message]] of Object.entries(graphs)) {
  test(`${name} is refused in a graph`, async (t) => {
    await t.throwsAsync(fromOnnx(bytes), { instanceOf: MillraceError, message });
  });
}

test('a graph as deep as is allowed is read', async (t) => {
  const { layers } = await fromOnnx(
    graph(Array.from({ length: 2000 }, (_, i) => node(`${i}`, 'Relu', [i === 0 ? 'x' : `${i - 1}`]))),
  );
  t.is(layers.length, 2000);
});

test('ways that double at each step are read in time that grows with the nodes', async (t) => {
  // A sum of a value and itself, forty times over: two to the fortieth ways.
  const { layers } = await fromOnnx(
    graph(Array.from({ length: 40 }, (_, i) => node(`${i}`, 'Add', Array(2).fill(i === 0 ? 'x' : `${i - 1}`)))),
  );
  t.is(layers.length, 40);
});
