import type { OnnxAttribute, OnnxNode, OnnxTensor, OnnxValue } from './types.ts';

/** The data of a constant; its type says that of the tensor: doubles, floats, int64, strings. */
export type ConstantData = Float64Array | Float32Array | BigInt64Array | readonly string[];

export interface NodeOptions {
  readonly attributes?: Readonly<Record<string, OnnxAttribute>>;
  /** Of operators that are not ONNX's own. */
  readonly domain?: string;
  /** The name of the result, where it is an output of the graph. */
  readonly output?: string;
}

/** A graph that is being built. Values are named by texts. */
export interface Graph {
  readonly nodes: readonly OnnxNode[];
  readonly tensors: readonly OnnxTensor[];
  readonly inputs: readonly OnnxValue[];
  input(value: OnnxValue): string;
  /** Adds an operator with one result, whose name it gives. */
  node(op: string, inputs: readonly string[], options?: NodeOptions): string;
  /** A tensor of known numbers or texts; equal ones are there once where they are small. */
  constant(data: ConstantData, shape: readonly number[], name?: string): string;
  /** One float64 that goes with every row. */
  double(value: number): string;
  /** The same graph, in which new names begin with this one. */
  within(name: string): Graph;
}

/** A part of x: a tensor `[n, columns]`, and where its columns belong. */
export interface InputPart {
  readonly value: string;
  readonly columns: readonly number[];
}

/** Begins a graph. @param taken names that it may not give to what it makes: those of its outputs */
export function createGraph(taken: readonly string[]): Graph {
  const names = new Set(taken);
  const nodes: OnnxNode[] = [];
  const tensors: OnnxTensor[] = [];
  const inputs: OnnxValue[] = [];
  const known = new Map<string, string>();

  function free(wanted: string): string {
    let name = wanted;
    for (let i = 2; names.has(name); i++) name = `${wanted}.${i}`;
    names.add(name);
    return name;
  }

  const within = (prefix: string): Graph => ({
    nodes,
    tensors,
    inputs,
    input(value) {
      names.add(value.name);
      inputs.push(value);
      return value.name;
    },
    node(op, of, { attributes = {}, domain, output } = {}) {
      const name = output ?? free(`${prefix}${op}`);
      nodes.push({ name, op, ...(domain && { domain }), inputs: of, outputs: [name], attributes });
      return name;
    },
    constant(data, shape, named) {
      const type = typeOf(data);
      const key = data.length <= 4 ? `${type} ${shape} ${JSON.stringify([...data].map(shown))}` : undefined;
      const same = key && known.get(key);
      if (same) return same;
      const name = free(`${prefix}${named ?? 'constant'}`);
      tensors.push({ name, type, shape, data });
      if (key) known.set(key, name);
      return name;
    },
    double(value) {
      return this.constant(Float64Array.of(value), [1, 1]);
    },
    within: (name) => within(`${prefix}${name}/`),
  });
  return within('');
}

function typeOf(data: ConstantData): OnnxTensor['type'] {
  if (data instanceof Float64Array) return 'double';
  if (data instanceof Float32Array) return 'float';
  return data instanceof BigInt64Array ? 'int64' : 'string';
}

/** Tells zeros of either sign apart, and the numbers that JSON does not have. */
function shown(value: unknown): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

/** Side by side. */
export function concat(graph: Graph, values: readonly string[], output?: string): string {
  if (values.length === 1 && output === undefined) return values[0] as string;
  return graph.node('Concat', values, { attributes: { axis: { int: 1 } }, ...(output !== undefined && { output }) });
}
