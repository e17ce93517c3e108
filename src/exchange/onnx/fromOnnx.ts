import { CheckpointError } from '../../errors.ts';
import { shownNames } from '../../options/shown.ts';
import { type ImportedNetwork, importedNetwork } from '../importedNetwork.ts';
import { readModelFile } from '../readModelFile.ts';
import { decodeOnnx } from './decodeOnnx.ts';
import { named, readLayers } from './readLayers.ts';

/** From ONNX 1.2 on. */
const OLDEST_OPSET = 7;

/**
 * Reads a dense network from a file of ONNX: products with biases, activations, batch and layer normalization, ways around and side by side, between one input of rows of
 * numbers and one output. What a graph has been exported with to be trained, as dropout, is passed over.
 *
 * @param from the path of a file, or its bytes
 * @throws CheckpointError where the file is damaged, or a node is of no such network: with the node's name
 * @example
 * ```ts
 * const { layers, inputs } = await fromOnnx('network.onnx');
 * console.log(inputs, layers.map(({ kind }) => kind));
 * ```
 */
export async function fromOnnx(from: string | Uint8Array): Promise<ImportedNetwork> {
  const { where, bytes } = await readModelFile('fromOnnx', from);
  const graph = decodeOnnx(bytes, where);
  const held = new Set(graph.tensors.map(({ name }) => name));
  const inputs = graph.inputs.filter(({ name }) => !held.has(name));
  const refuse = (expected: string, received: string) => new CheckpointError({ where, expected, received });
  const opset = graph.opsets[''] ?? graph.opsets['ai.onnx'];
  // Before, some operators meant something else.
  if (!(opset >= OLDEST_OPSET))
    throw refuse(`operators of version ${OLDEST_OPSET} or later`, `${opset ?? 'no version'}`);
  if (inputs.length !== 1)
    throw refuse('one input', inputs.length === 0 ? 'none' : shownNames(inputs.map(({ name }) => name)));
  if (graph.outputs.length !== 1)
    throw refuse('one output', shownNames(graph.outputs.map(({ name }) => name)) || 'none');
  const [input] = inputs;
  const [, declared] = input.shape;
  if (!['float', 'double'].includes(input.type) || input.shape.length !== 2) {
    throw refuse(
      'an input of rows of numbers, [n, units]',
      `${input.name}, ${input.type} of [${input.shape.join(', ')}]`,
    );
  }
  const layers = readLayers(where, graph, input.name, graph.outputs[0].name);
  const tensors = named(layers);
  const first = Object.values(tensors)[0];
  const width = typeof declared === 'number' && declared > 0 ? declared : first?.shape[0];
  if (width === undefined) throw refuse('an input of a known width', `[${input.shape.join(', ')}]`);
  return importedNetwork(
    where,
    layers.map(({ layer }) => layer),
    width,
    tensors,
  );
}
