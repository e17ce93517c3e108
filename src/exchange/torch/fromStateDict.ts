import type { Tensor } from '../../checkpoint/types.ts';
import { CheckpointError, ShapeError } from '../../errors.ts';
import type { Layer } from '../../network/layer.ts';
import { dense } from '../../network/layers/dense.ts';
import { shownNames } from '../../options/shown.ts';
import { type ImportedNetwork, importedNetwork } from '../importedNetwork.ts';
import { isTransposed, torchName, transpose } from './torchNames.ts';

/** Counts batches: of no use to a network that is trained. */
const isCounter = (name: string) => name.endsWith('num_batches_tracked');

/**
 * Takes layers' parameters from a state dict of PyTorch's `nn.Sequential`.
 *
 * @param where names the file, for errors
 * @param tensors by the names that PyTorch has: `0.weight`, of `[units, width in]`
 * @param layers one for each module, in their order; dense ones where none are given and all modules have parameters
 * @throws CheckpointError where a tensor is missing, or belongs to no layer
 * @throws ShapeError where one does not fit its layer
 */
export function fromStateDict(
  where: string,
  state: Readonly<Record<string, Tensor>>,
  declared?: readonly Layer[],
): ImportedNetwork {
  const tensors = withoutPrefix(state);
  const layers = declared ?? denseLayers(where, tensors);
  const inputs = inputsOf(where, tensors, layers);
  const used = new Set<string>();
  const own: [string, Tensor][] = [];
  let width = inputs;
  for (const [i, layer] of layers.entries()) {
    const plan = layer.plan(width, layers.slice(i + 1));
    for (const spec of [...plan.parameters, ...(plan.buffers ?? [])]) {
      const name = `${i + 1}.${layer.kind}.${spec.name}`;
      const foreign = torchName(name);
      if (!Object.hasOwn(tensors, foreign)) {
        throw new CheckpointError({
          where,
          expected: `a tensor ${foreign}, for layer ${i + 1} (${layer.kind})`,
          received: `the tensors ${shownNames(Object.keys(tensors))}`,
          hint: 'Give a layer for each module, in their order; a module without parameters is one too',
        });
      }
      const tensor = tensors[foreign];
      const wanted = isTransposed(name) ? spec.shape.toReversed() : spec.shape;
      if (`${tensor.shape}` !== `${wanted}`) {
        throw new ShapeError({
          where: `${where}: ${foreign}`,
          expected: `the shape [${wanted.join(', ')}], for layer ${i + 1} (${layer.kind})`,
          received: `[${tensor.shape.join(', ')}]`,
        });
      }
      used.add(foreign);
      own.push([
        name,
        isTransposed(name) ? transpose(tensor) : { shape: spec.shape, data: Float32Array.from(tensor.data) },
      ]);
    }
    width = plan.width;
  }
  const rest = Object.keys(tensors).filter((name) => !used.has(name) && !isCounter(name));
  if (rest.length > 0) {
    throw new CheckpointError({
      where,
      expected: `tensors of ${layers.length} layers`,
      received: `${shownNames(rest)} besides`,
      hint: 'Give a layer for each module, in their order',
    });
  }
  return importedNetwork(where, layers, inputs, Object.fromEntries(own));
}

/** `net.0.weight` is `0.weight` where all begin so: those of a module that has its layers in an attribute. */
function withoutPrefix(state: Readonly<Record<string, Tensor>>): Readonly<Record<string, Tensor>> {
  const names = Object.keys(state);
  const [prefix] = /^(?:[a-z_]\w*\.)+(?=\d)/i.exec(names[0] ?? '') ?? [''];
  if (!names.every((name) => name.startsWith(prefix))) return state;
  return Object.fromEntries(Object.entries(state).map(([name, tensor]) => [name.slice(prefix.length), tensor]));
}

/** What goes into the first dense layer: those before it keep the width. Without any, as many as normalization has. */
function inputsOf(where: string, tensors: Readonly<Record<string, Tensor>>, layers: readonly Layer[]): number {
  const names = Object.keys(tensors).sort(byNumbers);
  const first = names.find((name) => tensors[name].shape.length === 2) ?? names.find((name) => !isCounter(name));
  const width = first === undefined ? 0 : (tensors[first].shape.at(-1) ?? 0);
  if (width > 0) return width;
  throw new CheckpointError({
    where,
    expected: `the parameters of ${layers.length} layers, as 0.weight`,
    received: first === undefined ? 'no tensors' : `${first} of shape [${tensors[first].shape.join(', ')}]`,
  });
}

/** Dense layers alone: what stands between them a state dict does not say. */
function denseLayers(where: string, tensors: Readonly<Record<string, Tensor>>): Layer[] {
  const modules = new Map<number, string[]>();
  for (const name of Object.keys(tensors)) {
    const [, number, parameter] = /^(\d{1,6})\.(weight|bias)$/.exec(name) ?? [];
    if (number === undefined) throw layersNeeded(where, name);
    modules.set(Number(number), [...(modules.get(Number(number)) ?? []), parameter]);
  }
  return Array.from({ length: modules.size }, (_, i) => {
    const weight = tensors[`${i}.weight`] as Tensor | undefined;
    if (weight?.shape.length !== 2) throw layersNeeded(where, weight ? `${i}.weight` : `no ${i}.weight`);
    return dense(weight.shape[0], { bias: modules.get(i)?.includes('bias') ?? false });
  });
}

function layersNeeded(where: string, received: string): CheckpointError {
  return new CheckpointError({
    where,
    expected:
      'the weights and biases of dense layers alone, 0.weight, 0.bias, 1.weight and so on, where no layers are given',
    received,
    hint: 'A state dict does not say what its modules do: give the layers, as fromTorch(path, [dense(64), relu(), dense(1)])',
  });
}

/** In the order of their modules: `2.weight` before `10.weight`. */
function byNumbers(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
