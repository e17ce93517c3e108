import { createHash } from 'node:crypto';
import { takeBatchMemory } from '../batch/batchMemory.ts';
import { builtIn } from '../builtIn.ts';
import type { Tensor } from '../checkpoint/types.ts';
import { openEngine } from '../engine/openEngine.ts';
import { openScope } from '../engine/openScope.ts';
import { ShapeError } from '../errors.ts';
import type { Json } from '../json.ts';
import type { SavedMember } from '../model/savedModel.ts';
import type { Layer, LayerMemory, LayerPlan } from '../network/layer.ts';
import { compileNetwork, type Network } from '../network/network.ts';
import type { RowLayout } from '../preprocess/types.ts';
import type { TrainedNetwork } from './trainedNetwork.ts';

/** A network that another program has trained. */
export interface ImportedNetwork {
  /** Begin with the imported parameters: for `network` of a pipeline, or as a part of one. */
  readonly layers: readonly Layer[];
  /** Units that go into the first layer. */
  readonly inputs: number;
  /** Units that come out of the last. */
  readonly outputs: number;
  /** By the names of a network's parameters and buffers: `1.dense.w`. */
  readonly tensors: Readonly<Record<string, Tensor>>;
  /**
   * What the network makes of rows, each of `inputs` numbers: one of `outputs` for each, as in use: nothing is dropped, and batch normalization has its running statistics.
   *
   * @throws ShapeError where a row has another length
   */
  forward(rows: readonly ArrayLike<number>[]): Float32Array[];
}

/** Rows that go through the network at once. */
const ROWS = 256;

/**
 * Puts imported parameters into layers.
 *
 * @param where names the file, for errors
 * @param tensors by the names of a network's parameters and buffers
 * @throws ShapeError where they do not fit the layers
 */
export function importedNetwork(
  where: string,
  declared: readonly Layer[],
  inputs: number,
  tensors: Readonly<Record<string, Tensor>>,
): ImportedNetwork {
  const digest = createHash('sha256');
  for (const [name, { shape, data }] of Object.entries(tensors)) {
    digest.update(`${name} ${shape} `).update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  const mark = `imported ${digest.digest('hex').slice(0, 16)}`;
  const layers = declared.map((layer, i) => withTensors(where, layer, `${i + 1}.${layer.kind}`, tensors, mark));
  const outputs = layers.reduce((width, layer, i) => layer.plan(width, layers.slice(i + 1)).width, inputs);
  let network: Network | undefined;
  return {
    layers,
    inputs,
    outputs,
    tensors,
    forward(rows) {
      for (const [i, row] of rows.entries()) {
        if (row.length === inputs) continue;
        throw new ShapeError({ where: `${where}: row ${i}`, expected: `${inputs} numbers`, received: `${row.length}` });
      }
      network ??= compileNetwork({ layers, layout: layoutOf(inputs), engine: openEngine(), batch: ROWS, seed: 0 });
      return run(network, rows);
    },
  };
}

/** The layout of rows of numbers. */
export function layoutOf(inputs: number): RowLayout {
  return {
    words: inputs,
    width: inputs,
    fields: [{ kind: 'numbers', name: 'x', word: 0, column: 0, count: inputs }],
  };
}

/** An imported network, or a part of it that a program has put together, as an export takes it. */
export function trainedNetworkOf(where: string, { layers, tensors }: ImportedNetwork): TrainedNetwork {
  return {
    where,
    layers: layers.map(({ kind, options }): SavedMember => ({ kind, options: options as Json })),
    tensor: (name) => tensors[name],
  };
}

function run({ forward, inputs, outputs, engine }: Network, rows: readonly ArrayLike<number>[]): Float32Array[] {
  const scope = openScope(engine);
  const memory = takeBatchMemory(scope, layoutOf(inputs), ROWS);
  const position = { epoch: 0, window: 0, offset: 0 };
  const found: Float32Array[] = [];
  for (let at = 0; at < rows.length; at += ROWS) {
    const part = rows.slice(at, at + ROWS);
    for (const [i, row] of part.entries()) memory.x.set(row, i * inputs);
    const output = forward({ n: part.length, ...memory, position }, 'inference');
    for (let i = 0; i < part.length; i++)
      found.push(Float32Array.from(output.subarray(i * outputs, (i + 1) * outputs)));
  }
  scope.close();
  return found;
}

/** The layer, whose parameters and buffers begin as these; one that mixes units says in its options what it begins with. */
function withTensors(
  where: string,
  layer: Layer,
  name: string,
  tensors: Readonly<Record<string, Tensor>>,
  mark: string,
): Layer {
  return builtIn(
    {
      ...layer,
      ...(layer.mixesUnits && { options: { ...layer.options, initializer: mark } }),
      plan(width, following) {
        const plan = layer.plan(width, following);
        const taken = (spec: { readonly name: string; readonly shape: readonly number[] }): Tensor => {
          const tensor = tensors[`${name}.${spec.name}`] as Tensor | undefined;
          if (`${tensor?.shape}` === `${spec.shape}`) return tensor as Tensor;
          throw new ShapeError({
            where: `${where}: ${name}.${spec.name}`,
            expected: `parameters of shape [${spec.shape.join(', ')}], for ${width} units that go in`,
            received: tensor ? `[${tensor.shape.join(', ')}]` : 'none',
          });
        };
        const buffers = (plan.buffers ?? []).map(taken);
        const build = (memory: LayerMemory) => {
          for (const [i, { data }] of buffers.entries()) memory.buffers[i].set(data);
          return plan.build(memory);
        };
        const parameters = plan.parameters.map((spec) => {
          const { data } = taken(spec);
          return {
            ...spec,
            initializer: { name: mark, fill: (w) => w.set(data) },
          } satisfies LayerPlan['parameters'][number];
        });
        return { ...plan, parameters, build };
      },
    } satisfies Layer,
    [layer],
  );
}
