import type { Tensor } from '../../checkpoint/types.ts';
import { CheckpointError } from '../../errors.ts';
import type { Layer } from '../../network/layer.ts';
import { branches } from '../../network/layers/branches.ts';
import { dense } from '../../network/layers/dense.ts';
import { passThrough } from '../../network/layers/passThrough.ts';
import { residual } from '../../network/layers/residual.ts';
import { shownName } from '../../options/shown.ts';
import type { ReadNode, ReadOnnx } from './decodeOnnx.ts';
import { readActivation, readNormalization, tidy } from './readOperators.ts';

/** A layer with its tensors, by their short names: `w`, or `1.dense.w` of a layer in it. */
export interface ReadLayer {
  readonly layer: Layer;
  readonly tensors: Readonly<Record<string, Tensor>>;
}

/** What a value is made of: the layer that gives it, and the value that goes into that; null where layers change nothing. */
interface Step extends Partial<ReadLayer> {
  readonly x: string;
}

/** A value on the way from the input, and the layer that gives it. */
interface Stop {
  readonly value: string;
  readonly made?: ReadLayer;
}

/** What is asked of a graph while operators are read. */
export interface GraphReader {
  readonly node: ReadNode;
  /** The node that gives a value; undefined for inputs and constants. */
  from(value: string): ReadNode | undefined;
  /** The tensor that a value always is. */
  constant(value: string | undefined): Tensor | undefined;
  /** The constant that is one number. */
  number(value: string | undefined): number | undefined;
  attribute(name: string): number | undefined;
  refuse(expected: string, received: string, hint?: string): CheckpointError;
}

/** Deeper graphs are no networks of this kind. */
const MOST_NODES = 2000;

const known =
  'Gemm, MatMul, Add, BatchNormalization, LayerNormalization, Concat, Dropout, Identity, Flatten or an activation';

/**
 * The layers between the input of a graph and its output.
 *
 * @param where the file, for errors
 * @throws CheckpointError with the name of the first node, from the output on, that is of no dense network
 */
export function readLayers(where: string, graph: ReadOnnx, input: string, output: string): readonly ReadLayer[] {
  if (graph.nodes.length > MOST_NODES) {
    throw new CheckpointError({
      where,
      expected: `a graph of at most ${MOST_NODES} nodes`,
      received: `${graph.nodes.length}`,
    });
  }
  const makers = new Map(graph.nodes.flatMap((node) => node.outputs.map((value) => [value, node] as const)));
  const constants = new Map(graph.tensors.map((tensor) => [tensor.name, tensor]));
  const chains = new Map<string, readonly Stop[]>();
  const underWay = new Set<string>();

  function constant(value: string | undefined): Tensor | undefined {
    if (value === undefined) return undefined;
    const node = makers.get(value);
    if (node?.op === 'Identity' && node.inputs[0] !== value)
      return constants.has(node.inputs[0]) ? constant(node.inputs[0]) : undefined;
    const held = node?.op === 'Constant' ? node.attributes.value : undefined;
    const tensor = held && 'tensor' in held ? held.tensor : constants.get(value);
    if (!(tensor?.data instanceof Float32Array || tensor?.data instanceof Float64Array)) return undefined;
    return { shape: tensor.shape, data: Float32Array.from(tensor.data) };
  }

  const readerOf = (node: ReadNode): GraphReader => ({
    node,
    from: (value) => makers.get(value),
    constant,
    number(value) {
      const tensor = constant(value);
      return tensor?.data.length === 1 ? tensor.data[0] : undefined;
    },
    attribute(name) {
      const value = node.attributes[name];
      if (value === undefined) return undefined;
      if ('float' in value) return tidy(value.float);
      return 'int' in value ? value.int : undefined;
    },
    refuse: (expected, received, hint) =>
      new CheckpointError({
        where: `${where}: node ${shownName(node.name || (node.outputs[0] ?? '?'))}`,
        expected,
        received,
        hint,
      }),
  });

  /** The values from the input to this one. */
  function chain(value: string): readonly Stop[] {
    if (value === input) return [{ value }];
    const done = chains.get(value);
    if (done) return done;
    const node = makers.get(value);
    if (!node) {
      throw new CheckpointError({ where, expected: `a node that gives ${shownName(value)}`, received: 'none' });
    }
    const reader = readerOf(node);
    if (underWay.has(value)) throw reader.refuse('a graph without circles', 'one');
    underWay.add(value);
    const found = stepOf(reader);
    const before = chain(found.x);
    const made = found.layer && found.tensors ? { layer: found.layer, tensors: found.tensors } : undefined;
    const all = made ? [...before, { value, made }] : before;
    underWay.delete(value);
    chains.set(value, all);
    return all;
  }

  function stepOf(reader: GraphReader): Step {
    const { node, refuse } = reader;
    const { op, inputs, domain } = node;
    if (domain) throw refuse(known, `${op} of the domain ${domain}`);
    if (['Identity', 'Dropout'].includes(op)) return { x: inputs[0] };
    if (op === 'Flatten' && (reader.attribute('axis') ?? 1) === 1) return { x: inputs[0] };
    if (op === 'Gemm') return gemm(reader);
    if (op === 'MatMul') return product(reader, inputs[0], inputs[1]);
    const found = readActivation(reader) ?? readNormalization(reader) ?? (op === 'Add' ? sum(reader) : undefined);
    if (found) return found;
    if (op === 'Concat' && [1, -1].includes(reader.attribute('axis') ?? 0)) return sideBySide(inputs);
    const hint = /Softmax$/.test(op) ? 'Export what goes into it: crossEntropy() takes logits' : undefined;
    throw refuse(known, op, hint);
  }

  /** A bias, or what goes around layers. */
  function sum(reader: GraphReader): Step {
    const { node, refuse } = reader;
    const [a, b] = node.inputs;
    const bias = reader.constant(b) ?? reader.constant(a);
    const other = reader.constant(b) ? a : b;
    const before = makers.get(other);
    if (bias) {
      if (before?.op !== 'MatMul')
        throw refuse('a constant that is added to a product: a bias', `one added to ${before?.op ?? 'the input'}`);
      return product(readerOf(before), before.inputs[0], before.inputs[1], bias);
    }
    for (const [x, y] of [[a, b] as const, [b, a] as const]) {
      const way = chain(y);
      const start = way.findIndex(({ value }) => value === chain(x).at(-1)?.value);
      if (start < 0) continue;
      const layers = within(way.slice(start + 1));
      return { layer: residual(layers.map(({ layer }) => layer)), tensors: named(layers), x };
    }
    throw refuse('a sum of a value and of what layers make of it', 'one of two others');
  }

  function sideBySide(inputs: readonly string[]): Step {
    const ways = inputs.map(chain);
    let common = 0;
    while (ways.every((way) => way[common]?.value === ways[0][common]?.value && common < way.length)) common++;
    const parts = ways.map((way) => within(way.slice(common)));
    const tensors = parts.flatMap((part, i) =>
      Object.entries(named(part)).map(([name, tensor]) => [`${i + 1}.${name}`, tensor]),
    );
    return {
      layer: branches(parts.map((part) => part.map(({ layer }) => layer))),
      tensors: Object.fromEntries(tensors),
      x: ways[0][common - 1].value,
    };
  }

  return within(chain(output));
}

/** The layers of a part of a way; one that changes nothing where there is none. */
function within(stops: readonly Stop[]): readonly ReadLayer[] {
  const layers = stops.flatMap(({ made }) => made ?? []);
  return layers.length > 0 ? layers : [{ layer: passThrough(), tensors: {} }];
}

/** The tensors of layers one after the other, by the names of a network. */
export function named(layers: readonly ReadLayer[]): Record<string, Tensor> {
  return Object.fromEntries(
    layers.flatMap(({ layer, tensors }, i) =>
      Object.entries(tensors).map(([name, tensor]) => [`${i + 1}.${layer.kind}.${name}`, tensor]),
    ),
  );
}

function gemm(reader: GraphReader): Step {
  const { node, attribute, refuse } = reader;
  const [x, weights, bias] = node.inputs;
  if ((attribute('transA') ?? 0) !== 0) throw refuse('rows that are not transposed', 'transA');
  const own = reader.constant(bias);
  if (bias && !own) throw refuse('a bias that is constant', `${bias}, which is computed`);
  const scaled = (tensor: Tensor, factor: number) =>
    factor === 1 ? tensor : { shape: tensor.shape, data: Float32Array.from(tensor.data, (each) => each * factor) };
  const w = reader.constant(weights);
  if (w?.shape.length !== 2)
    throw refuse('weights that are constant, of two dimensions', w ? `[${w.shape.join(', ')}]` : 'others');
  const turned = (attribute('transB') ?? 0) === 0 ? w : transposed(w);
  return denseOf(reader, x, scaled(turned, attribute('alpha') ?? 1), own && scaled(own, attribute('beta') ?? 1));
}

function product(reader: GraphReader, x: string, weights: string, bias?: Tensor): Step {
  const w = reader.constant(weights);
  if (w?.shape.length === 2) return denseOf(reader, x, w, bias);
  throw reader.refuse('weights that are constant, of two dimensions', w ? `[${w.shape.join(', ')}]` : 'others');
}

function denseOf({ refuse }: GraphReader, x: string, w: Tensor, bias: Tensor | undefined): Step {
  const [, units] = w.shape;
  if (units === 0 || w.shape[0] === 0) throw refuse('at least one unit', `weights of [${w.shape.join(', ')}]`);
  if (!bias) return { layer: dense(units, { bias: false }), tensors: { w }, x };
  if (bias.data.length !== units && bias.data.length !== 1) {
    throw refuse(`a bias of ${units} numbers`, `one of [${bias.shape.join(', ')}]`);
  }
  const data = bias.data.length === units ? bias.data : new Float32Array(units).fill(bias.data[0]);
  return { layer: dense(units), tensors: { w, b: { shape: [units], data } }, x };
}

function transposed({ shape: [rows, columns], data }: Tensor): Tensor {
  const out = new Float32Array(data.length);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) out[j * rows + i] = data[i * columns + j];
  return { shape: [columns, rows], data: out };
}
