import type { Tensor } from '../../checkpoint/types.ts';
import { CheckpointError } from '../../errors.ts';
import type { Layer } from '../../network/layer.ts';
import { layersBound } from '../../network/sequence.ts';
import { checkOption } from '../../options/checkOptions.ts';
import { shownNames } from '../../options/shown.ts';
import type { ImportedNetwork } from '../importedNetwork.ts';
import { readModelFile } from '../readModelFile.ts';
import { fromStateDict } from './fromStateDict.ts';
import { readZip } from './readZip.ts';
import { type Call, isGlobal, type Pickled, unpickle } from './unpickle.ts';

/** How the numbers of each kind of storage are read. */
const storages: Readonly<
  Record<string, { readonly size: number; readonly read: (bytes: ArrayBuffer) => ArrayLike<number> }>
> = {
  'torch.BFloat16Storage': {
    size: 2,
    read: (bytes) => new Float32Array(Uint32Array.from(new Uint16Array(bytes), (half) => half << 16).buffer),
  },
  'torch.DoubleStorage': { size: 8, read: (bytes) => new Float64Array(bytes) },
  'torch.FloatStorage': { size: 4, read: (bytes) => new Float32Array(bytes) },
  'torch.HalfStorage': { size: 2, read: (bytes) => new Float16Array(bytes) },
  'torch.IntStorage': { size: 4, read: (bytes) => new Int32Array(bytes) },
  'torch.LongStorage': { size: 8, read: (bytes) => Float64Array.from(new BigInt64Array(bytes), Number) },
};

/** Tensors that share their numbers take several times the room of the file; more than this is no network. */
const mostTimesTheFile = 16;

/**
 * Reads the parameters of a network from what `torch.save(net.state_dict(), path)` has written, for a `net` of `nn.Sequential`. Nothing of the file is run: a pickle that
 * asks for more than a dict of tensors is refused.
 *
 * @param from the path of a file, or its bytes
 * @param layers one for each module, in their order, as `[dense(64), relu(), dense(1)]`; by default dense ones, where there are no others
 * @throws CheckpointError where the file is damaged or of another kind, a tensor is missing, or belongs to no layer
 * @throws ShapeError where a tensor does not fit its layer
 * @example
 * ```ts
 * const { layers } = await fromTorch('weights.pt', [dense(64), relu(), dense(1)]);
 * console.log(layers.map(({ kind }) => kind));
 * ```
 */
export async function fromTorch(from: string | Uint8Array, layers?: readonly Layer[]): Promise<ImportedNetwork> {
  if (layers !== undefined) checkOption('fromTorch: layers', layers, layersBound);
  const { where, bytes } = await readModelFile('fromTorch', from);
  return fromStateDict(where, readStateDict(bytes, where), layers);
}

/** The tensors of a state dict. @throws CheckpointError where it is something else */
function readStateDict(bytes: Uint8Array, where: string): Readonly<Record<string, Tensor>> {
  if (bytes[0] === 0x80) {
    throw new CheckpointError({
      where,
      expected: 'a file as torch.save has written it since PyTorch 1.6',
      received: 'a pickle of before',
      hint: 'Load and save it again with a later PyTorch',
    });
  }
  const entries = readZip(bytes, where);
  const pickle = [...entries.keys()].find((name) => /^[^/]+\/data\.pkl$/.test(name));
  if (pickle === undefined) {
    throw new CheckpointError({ where, expected: 'an entry data.pkl', received: shownNames([...entries.keys()]) });
  }
  const folder = pickle.slice(0, -'data.pkl'.length);
  const order = entries.get(`${folder}byteorder`)?.();
  if (order && new TextDecoder().decode(order) !== 'little') {
    throw new CheckpointError({ where, expected: 'numbers in little-endian order', received: 'others' });
  }
  const dict = unpickle((entries.get(pickle) as () => Uint8Array)(), `${where}: ${pickle}`);
  if (!(dict instanceof Map)) throw notTensors(where, 'something else');
  let room = mostTimesTheFile * bytes.length;
  const read = new Map<string, ArrayLike<number>>();
  /** Each once, however many tensors are a part of it. */
  const numbersOf = (type: string, key: string): ArrayLike<number> | undefined => {
    const known = read.get(`${type} ${key}`);
    if (known) return known;
    const stored = entries.get(`${folder}data/${key}`)?.();
    if (!stored) return undefined;
    const { size, read: numbers } = storages[type];
    const found = numbers(new Uint8Array(stored.subarray(0, stored.length - (stored.length % size))).buffer);
    read.set(`${type} ${key}`, found);
    return found;
  };
  const tensors: [string, Tensor][] = [];
  for (const [name, value] of dict) {
    const tensor = tensorOf(`${where}: ${name}`, value, numbersOf, (length) => {
      room -= 4 * length;
      return room >= 0;
    });
    if (!tensor) throw notTensors(where, `${shownNames([...dict.keys()])}, of which ${name} is none`);
    tensors.push([name, tensor]);
  }
  return Object.fromEntries(tensors);
}

function notTensors(where: string, received: string): CheckpointError {
  return new CheckpointError({
    where,
    expected: 'a dict of tensors',
    received,
    hint: 'Save the parameters alone: torch.save(net.state_dict(), path)',
  });
}

/** @returns undefined for what is no tensor */
function tensorOf(
  where: string,
  value: Pickled,
  numbersOf: (type: string, key: string) => ArrayLike<number> | undefined,
  take: (length: number) => boolean,
): Tensor | undefined {
  const made = isCall(value) && value.call === 'torch._utils._rebuild_parameter' ? value.with[0] : value;
  if (made === undefined || !isCall(made) || made.call !== 'torch._utils._rebuild_tensor_v2') return undefined;
  const [of, offset, shape, strides] = made.with;
  const refuse = (expected: string, received: string) => new CheckpointError({ where, expected, received });
  if (!areNaturals(shape) || !areNaturals(strides) || shape.length !== strides.length || !isNatural(offset)) {
    throw refuse('a shape, strides and an offset', 'something else');
  }
  const [, type, key] = typeof of === 'object' && of !== null && 'storage' in of ? of.storage : [];
  const name = type !== undefined && isGlobal(type) ? type.global : '';
  if (!Object.hasOwn(storages, name) || typeof key !== 'string') throw refuse('numbers', name || 'something else');
  const numbers = numbersOf(name, key);
  if (!numbers) throw refuse(`an entry data/${key}`, 'none');
  const length = shape.reduce((product, size) => product * size, 1);
  const last = length === 0 ? -1 : shape.reduce((sum, size, i) => sum + (size - 1) * strides[i], offset);
  const held = numbers.length;
  if (!Number.isSafeInteger(length) || last >= held) {
    throw refuse(`a part of the ${held} numbers of data/${key}`, `${length} from ${offset} on, the last at ${last}`);
  }
  if (!take(length)) throw refuse(`tensors of at most ${mostTimesTheFile} times the bytes of the file`, 'more');
  const data = new Float32Array(length);
  const index = shape.map(() => 0);
  for (let i = 0, at = offset; i < length; i++) {
    data[i] = numbers[at];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      at += strides[axis];
      if (++index[axis] < shape[axis]) break;
      at -= strides[axis] * shape[axis];
      index[axis] = 0;
    }
  }
  return { shape, data };
}

function isCall(value: Pickled): value is Call {
  return typeof value === 'object' && value !== null && 'call' in value;
}

function isNatural(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function areNaturals(value: unknown): value is number[] {
  return Array.isArray(value) && value.every(isNatural);
}
