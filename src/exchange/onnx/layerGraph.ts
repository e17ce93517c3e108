import type { Tensor } from '../../checkpoint/types.ts';
import { OptionError } from '../../errors.ts';
import type { SavedMember } from '../../model/savedModel.ts';
import type { TrainedNetwork } from '../trainedNetwork.ts';
import type { Graph } from './graph.ts';

/** A layer with what it has learned. */
interface Learned {
  readonly options: SavedMember;
  /** A parameter or a buffer, by its short name. */
  tensor(name: string): Tensor;
}

/** Where it stands. */
interface Placed extends Learned {
  readonly graph: Graph;
  readonly x: string;
  /** The batch normalization that its result goes to. */
  readonly following: Learned | undefined;
  /** Layers within it, the names of whose tensors begin with this. */
  sequence(layers: readonly SavedMember[], prefix: string, x: string): string;
}

type Express = (layer: Placed) => string;

const activations: Readonly<Record<string, string>> = {
  relu: 'Relu',
  sigmoid: 'Sigmoid',
  softplus: 'Softplus',
  softsign: 'Softsign',
  tanh: 'Tanh',
};

/** Each layer by its kind: what it does in use. */
const layers: Readonly<Record<string, Express>> = {
  ...Object.fromEntries(
    Object.entries(activations).map(([kind, op]) => [kind, ({ graph, x }: Placed) => graph.node(op, [x])]),
  ),
  dense({ graph, x, options, tensor, following }) {
    const [w, b] = [tensor('w'), options.bias === false ? undefined : tensor('b')];
    if (!following) return gemm(graph, x, w.data, w.shape, b?.data);
    // Into one product, with the batch normalization that follows it.
    const { mean, factor, beta } = normalization(following);
    const units = mean.length;
    const folded = Float64Array.from(w.data, (each, i) => each * factor[i % units]);
    const shifted = beta.map((each, j) => ((b?.data[j] ?? 0) - mean[j]) * factor[j] + each);
    return gemm(graph, x, folded, w.shape, shifted);
  },
  dropout: ({ x }) => x,
  passThrough: ({ x }) => x,
  leakyRelu: ({ graph, x, options }) =>
    graph.node('LeakyRelu', [x], { attributes: { alpha: { float: Number(options.slope) } } }),
  elu: ({ graph, x, options }) => graph.node('Elu', [x], { attributes: { alpha: { float: Number(options.alpha) } } }),
  selu: ({ graph, x }) =>
    graph.node('Selu', [x], {
      attributes: { alpha: { float: 1.6732632423543772 }, gamma: { float: 1.0507009873554805 } },
    }),
  prelu: ({ graph, x, tensor }) => graph.node('PRelu', [x, constant(graph, 'slope', tensor('slope'))]),
  silu: ({ graph, x }) => graph.node('Mul', [x, graph.node('Sigmoid', [x])]),
  gelu({ graph, x, options }) {
    const float = (value: number) => graph.constant(Float32Array.of(value), [1]);
    if (options.approximate === 'tanh') {
      const cube = graph.node('Mul', [graph.node('Mul', [x, x]), x]);
      const inner = graph.node('Add', [x, graph.node('Mul', [cube, float(0.044715)])]);
      const argument = graph.node('Mul', [inner, float(2 * Math.sqrt(2 / Math.PI))]);
      return graph.node('Mul', [x, graph.node('Sigmoid', [argument])]);
    }
    const erf = graph.node('Erf', [graph.node('Div', [x, float(Math.SQRT2)])]);
    return graph.node('Mul', [graph.node('Mul', [x, graph.node('Add', [erf, float(1)])]), float(0.5)]);
  },
  batchNorm({ graph, x, options, tensor }) {
    const { mean, factor, beta } = normalization({ options, tensor });
    const row = (name: string, data: Float64Array) => graph.constant(Float32Array.from(data), [data.length], name);
    const centered = graph.node('Sub', [x, row('mean', mean)]);
    return graph.node('Add', [graph.node('Mul', [centered, row('factor', factor)]), row('beta', beta)]);
  },
  layerNorm: ({ graph, x, options, tensor }) =>
    graph.node(
      'LayerNormalization',
      [x, constant(graph, 'gamma', tensor('gamma')), constant(graph, 'beta', tensor('beta'))],
      {
        attributes: { axis: { int: -1 }, epsilon: { float: Number(options.epsilon) } },
      },
    ),
  residual: ({ graph, x, options, sequence }) =>
    graph.node('Add', [x, sequence(options.layers as unknown as SavedMember[], '', x)]),
  branches({ graph, x, options, sequence }) {
    const ways = options.branches as unknown as SavedMember[][];
    const parts = ways.map((way, i) => sequence(way, `${i + 1}.`, x));
    return graph.node('Concat', parts, { attributes: { axis: { int: 1 } } });
  },
};

/**
 * A network, in float32.
 *
 * @param x `[n, width]`
 * @throws OptionError where a layer is the user's own
 */
export function layersInGraph(graph: Graph, network: TrainedNetwork, x: string): string {
  return sequenceInGraph(graph, network, network.layers, '', x);
}

/** @param prefix the names of the layers' tensors begin with it */
function sequenceInGraph(
  graph: Graph,
  network: TrainedNetwork,
  members: readonly SavedMember[],
  prefix: string,
  x: string,
): string {
  const learned = (i: number): Learned => ({
    options: (members[i].options ?? {}) as SavedMember,
    tensor: (short) => network.tensor(`${prefix}${i + 1}.${members[i].kind}.${short}`),
  });
  const isSkipped = ({ kind }: SavedMember) => kind === 'dropout' || kind === 'passThrough';
  let a = x;
  let folded = -1;
  let standing = 0;
  for (const [i, { kind }] of members.entries()) {
    if (i === folded) continue;
    const name = `${i + 1}.${kind}`;
    const express = Object.hasOwn(layers, `${kind}`) ? layers[`${kind}`] : undefined;
    if (!express) {
      throw new OptionError({
        where: `${network.where}: layer ${prefix}${name}`,
        expected: 'a layer that operators of ONNX can express',
        received: `${kind}, a layer of your own`,
      });
    }
    const next = members.findIndex((layer, at) => at > i && !isSkipped(layer));
    if (kind === 'dense' && members[next]?.kind === 'batchNorm') folded = next;
    // What stands in the graph is counted: a file that is read and written again is the same.
    if (!isSkipped(members[i])) standing++;
    const within = graph.within(`${standing}.${kind}`);
    a = express({
      ...learned(i),
      graph: within,
      x: a,
      following: folded > i ? learned(folded) : undefined,
      sequence: (inner, more, x) => sequenceInGraph(within, network, inner, `${prefix}${name}.${more}`, x),
    });
  }
  return a;
}

function gemm(
  graph: Graph,
  x: string,
  w: ArrayLike<number>,
  shape: readonly number[],
  b: ArrayLike<number> | undefined,
): string {
  const weights = graph.constant(Float32Array.from(w), shape, 'w');
  return graph.node('Gemm', b ? [x, weights, graph.constant(Float32Array.from(b), [b.length], 'b')] : [x, weights]);
}

function constant(graph: Graph, name: string, { shape, data }: Tensor): string {
  return graph.constant(Float32Array.from(data), shape, name);
}

/** Of `a = (z - mean) factor + beta`. */
function normalization({ options, tensor }: Learned) {
  const [gamma, beta, mean, variance] = ['gamma', 'beta', 'mean', 'variance'].map((name) =>
    Float64Array.from(tensor(name).data),
  );
  const factor = gamma.map((each, j) => each / Math.sqrt(variance[j] + Number(options.epsilon)));
  return { mean, factor, beta };
}
