import type { Tensor } from '../../checkpoint/types.ts';
import type { Layer } from '../../network/layer.ts';
import { batchNorm } from '../../network/layers/batchNorm.ts';
import { elu } from '../../network/layers/elu.ts';
import { gelu } from '../../network/layers/gelu.ts';
import { layerNorm } from '../../network/layers/layerNorm.ts';
import { leakyRelu } from '../../network/layers/leakyRelu.ts';
import { prelu } from '../../network/layers/prelu.ts';
import { relu } from '../../network/layers/relu.ts';
import { selu } from '../../network/layers/selu.ts';
import { sigmoid } from '../../network/layers/sigmoid.ts';
import { silu } from '../../network/layers/silu.ts';
import { softplus } from '../../network/layers/softplus.ts';
import { softsign } from '../../network/layers/softsign.ts';
import { tanh } from '../../network/layers/tanh.ts';
import type { ReadNode } from './decodeOnnx.ts';
import type { GraphReader } from './readLayers.ts';

interface Read {
  readonly layer: Layer;
  readonly tensors: Readonly<Record<string, Tensor>>;
  readonly x: string;
}

/** Activations that are one operator without options. */
const plain: Readonly<Record<string, () => Layer>> = {
  Relu: relu,
  Sigmoid: sigmoid,
  Softplus: softplus,
  Softsign: softsign,
  Tanh: tanh,
};

/** SELU's constants, as float32 holds them. */
const [seluAlpha, seluGamma] = [1.6732632423543772, 1.0507009873554805].map(Math.fround);

/** An activation whose last operator this is; undefined where it is none. */
export function readActivation(reader: GraphReader): Read | undefined {
  const { node, attribute, refuse } = reader;
  const [x, second] = node.inputs;
  const one = (layer: Layer): Read => ({ layer, tensors: {}, x });
  if (Object.hasOwn(plain, node.op)) return one(plain[node.op]());
  switch (node.op) {
    case 'LeakyRelu':
      return one(leakyRelu({ slope: attribute('alpha') ?? 0.01 }));
    case 'Elu':
      return one(elu({ alpha: attribute('alpha') ?? 1 }));
    case 'Selu': {
      const [alpha, gamma] = [attribute('alpha'), attribute('gamma')];
      const isUsual = (given: number | undefined, usual: number) => Math.abs((given ?? usual) - usual) < 1e-6;
      if (!isUsual(alpha, seluAlpha) || !isUsual(gamma, seluGamma)) {
        throw refuse(`alpha ${seluAlpha} and gamma ${seluGamma}`, `${alpha} and ${gamma}`);
      }
      return one(selu());
    }
    case 'Gelu': {
      const approximate = node.attributes.approximate;
      const isTanh = approximate !== undefined && 'text' in approximate && approximate.text === 'tanh';
      return one(gelu({ approximate: isTanh ? 'tanh' : 'none' }));
    }
    case 'PRelu': {
      const slope = reader.constant(second);
      if (!slope) throw refuse('slopes that are constant', 'others');
      const shared = slope.data.length === 1;
      const tensor = { shape: [slope.data.length], data: slope.data };
      return { layer: prelu({ shared }), tensors: { slope: tensor }, x };
    }
    case 'Mul':
      return readSilu(reader) ?? readGelu(reader) ?? readGeluTanh(reader);
    case 'Div':
      return readSoftsign(reader);
    default:
      return undefined;
  }
}

/** The two inputs of a node in either order, as the first that the second test holds for. */
function pairs({ inputs: [a, b] }: ReadNode): readonly (readonly [string, string])[] {
  return [
    [a, b],
    [b, a],
  ];
}

/** Mul(x, Sigmoid(x)) */
function readSilu({ node, from }: GraphReader): Read | undefined {
  for (const [x, s] of pairs(node)) {
    const gate = from(s);
    if (gate?.op === 'Sigmoid' && gate.inputs[0] === x) return { layer: silu(), tensors: {}, x };
  }
  return undefined;
}

/** Mul(Mul(x, Add(Erf(Div(x, sqrt 2)), 1)), 1/2), as PyTorch and this package write it. */
function readGelu({ node, from, number }: GraphReader): Read | undefined {
  for (const [whole, half] of pairs(node)) {
    const twice = from(whole);
    if (twice?.op !== 'Mul' || !isNear(number(half), 0.5)) continue;
    for (const [x, sum] of pairs(twice)) {
      const added = from(sum);
      const erf = added?.op === 'Add' && isNear(number(added.inputs[1]), 1) ? from(added.inputs[0]) : undefined;
      const scaled = erf?.op === 'Erf' ? from(erf.inputs[0]) : undefined;
      if (scaled?.op !== 'Div' || scaled.inputs[0] !== x || !isNear(number(scaled.inputs[1]), Math.SQRT2)) continue;
      return { layer: gelu(), tensors: {}, x };
    }
  }
  return undefined;
}

/** Mul(x, Sigmoid(Mul(Add(x, Mul(Mul(Mul(x, x), x), 0.044715)), 2 sqrt(2 / pi)))) */
function readGeluTanh({ node, from, number }: GraphReader): Read | undefined {
  for (const [x, s] of pairs(node)) {
    const gate = from(s);
    const scaled = gate?.op === 'Sigmoid' ? from(gate.inputs[0]) : undefined;
    if (scaled?.op !== 'Mul' || !isNear(number(scaled.inputs[1]), 2 * Math.sqrt(2 / Math.PI))) continue;
    const sum = from(scaled.inputs[0]);
    const part = sum?.op === 'Add' && sum.inputs[0] === x ? from(sum.inputs[1]) : undefined;
    const cube = part?.op === 'Mul' && isNear(number(part.inputs[1]), 0.044715) ? from(part.inputs[0]) : undefined;
    const square = cube?.op === 'Mul' && cube.inputs[1] === x ? from(cube.inputs[0]) : undefined;
    if (square?.op === 'Mul' && square.inputs.every((each) => each === x)) {
      return { layer: gelu({ approximate: 'tanh' }), tensors: {}, x };
    }
  }
  return undefined;
}

/** Div(x, Add(Abs(x), 1)) */
function readSoftsign({ node, from, number }: GraphReader): Read | undefined {
  const [x, sum] = node.inputs;
  const added = from(sum);
  if (added?.op !== 'Add' || !isNear(number(added.inputs[1]), 1)) return undefined;
  const size = from(added.inputs[0]);
  return size?.op === 'Abs' && size.inputs[0] === x ? { layer: softsign(), tensors: {}, x } : undefined;
}

/** A normalization whose last operator this is; undefined where it is none. */
export function readNormalization(reader: GraphReader): Read | undefined {
  const { node, from, constant, attribute, refuse } = reader;
  if (node.op === 'BatchNormalization') {
    if ((attribute('training_mode') ?? 0) !== 0) throw refuse('a network in use', 'one in training');
    const [x, ...rest] = node.inputs;
    const names = ['gamma', 'beta', 'mean', 'variance'];
    const momentum = tidy(1 - (attribute('momentum') ?? 0.9));
    const layer = batchNorm({
      epsilon: attribute('epsilon') ?? 1e-5,
      ...(momentum > 0 && momentum <= 1 && { momentum }),
    });
    return { layer, tensors: rows(reader, names, rest), x };
  }
  if (node.op === 'LayerNormalization') {
    const [x, gamma, beta] = node.inputs;
    if (![-1, 1].includes(attribute('axis') ?? -1))
      throw refuse('a normalization of each row', `axis ${attribute('axis')}`);
    const tensors = rows(reader, ['gamma'], [gamma]);
    const none = { shape: tensors.gamma.shape, data: new Float32Array(tensors.gamma.data.length) };
    return {
      layer: layerNorm({ epsilon: attribute('epsilon') ?? 1e-5 }),
      tensors: { ...tensors, beta: beta ? rows(reader, ['beta'], [beta]).beta : none },
      x,
    };
  }
  // Add(Mul(Sub(x, mean), factor), beta), as this package writes batch normalization.
  const beta = node.op === 'Add' ? constant(node.inputs[1]) : undefined;
  const product = beta && from(node.inputs[0]);
  const gamma = product?.op === 'Mul' ? constant(product.inputs[1]) : undefined;
  const difference = gamma && from((product as ReadNode).inputs[0]);
  const mean = difference?.op === 'Sub' ? constant(difference.inputs[1]) : undefined;
  if (!beta || !gamma || !mean) return undefined;
  // The variance and what is added to it are 1 together, to the bit.
  const epsilon = 2 ** -17;
  const variance = { shape: mean.shape, data: new Float32Array(mean.data.length).fill(1 - epsilon) };
  return {
    layer: batchNorm({ epsilon }),
    tensors: { gamma, beta, mean, variance },
    x: (difference as ReadNode).inputs[0],
  };
}

/** Constants of one number a unit, all of the same length. */
function rows(
  { constant, refuse }: GraphReader,
  names: readonly string[],
  values: readonly (string | undefined)[],
): Readonly<Record<string, Tensor>> {
  const tensors = names.map((name, i) => {
    const tensor = constant(values[i]);
    if (tensor?.shape.length !== 1)
      throw refuse(`a constant ${name} of one number for each unit`, tensor ? `[${tensor.shape.join(', ')}]` : 'none');
    return [name, tensor] as const;
  });
  return Object.fromEntries(tensors);
}

function isNear(value: number | undefined, wanted: number): boolean {
  return value !== undefined && Math.abs(value - wanted) < 1e-6;
}

/** The shortest decimal that float32 holds as this number: 0.1, and not 0.10000000149011612. */
export function tidy(value: number): number {
  for (let digits = 6; digits <= 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === Math.fround(value)) return short;
  }
  return value;
}
