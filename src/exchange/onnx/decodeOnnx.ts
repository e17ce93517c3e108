import { CheckpointError } from '../../errors.ts';
import { decodeMessage } from '../../files/protobuf.ts';
import { elementTypes } from './encodeOnnx.ts';
import type { ElementType, OnnxAttribute, OnnxFile, OnnxNode, OnnxTensor, OnnxValue } from './types.ts';

/** The fields of a message, by their numbers. */
type Fields = ReadonlyMap<number, readonly (bigint | Uint8Array)[]>;

const types = new Map(Object.entries(elementTypes).map(([name, number]) => [number, name as ElementType]));
/** Half as wide, read as float32. */
const HALF = 10;

/** What an attribute is that is not read: a graph, a tensor. A node that has it is refused by its name where it matters. */
export type ReadNode = Omit<OnnxNode, 'attributes'> & {
  readonly attributes: Readonly<
    Record<string, OnnxAttribute | { readonly tensor: OnnxTensor } | { readonly other: true }>
  >;
};

/** A file of ONNX, as far as it is read. */
export type ReadOnnx = Omit<OnnxFile, 'nodes' | 'name' | 'metadata'> & { readonly nodes: readonly ReadNode[] };

/**
 * Reads a file of ONNX.
 *
 * @param where the file, for errors
 * @throws CheckpointError where it is none, is damaged or cut, or has tensors in other files, or of types that a network does not have
 */
export function decodeOnnx(bytes: Uint8Array, where: string): ReadOnnx {
  const reader = createReader(where);
  const model = reader.fields(bytes);
  const [graph] = reader.messages(model, 7);
  if (!graph) {
    throw new CheckpointError({
      where,
      expected: 'a file of ONNX, with a graph',
      received: `${bytes.length} bytes without one`,
    });
  }
  return {
    opsets: Object.fromEntries(
      reader.messages(model, 8).map((opset) => [reader.text(opset, 1), reader.integer(opset, 2)]),
    ),
    nodes: reader.messages(graph, 1).map(reader.node),
    tensors: reader.messages(graph, 5).map(reader.tensor),
    inputs: reader.messages(graph, 11).map(reader.value),
    outputs: reader.messages(graph, 12).map(reader.value),
  };
}

function createReader(where: string) {
  const refuse = (received: string) =>
    new CheckpointError({ where, expected: 'a file of ONNX', received, hint: 'The file is damaged, or another one' });

  function fields(bytes: Uint8Array): Fields {
    const found = new Map<number, (bigint | Uint8Array)[]>();
    for (const { field, value } of decodeMessage(bytes, refuse)) {
      const values = found.get(field);
      if (values) values.push(value);
      else found.set(field, [value]);
    }
    return found;
  }
  const parts = (message: Fields, field: number): Uint8Array[] =>
    (message.get(field) ?? []).map((value) => {
      if (value instanceof Uint8Array) return value;
      throw refuse(`a number as field ${field}`);
    });
  const messages = (message: Fields, field: number): Fields[] => parts(message, field).map(fields);
  const texts = (message: Fields, field: number): string[] =>
    parts(message, field).map((bytes) => new TextDecoder().decode(bytes));
  const text = (message: Fields, field: number): string => texts(message, field).at(-1) ?? '';
  /** Repeated integers, packed or not. */
  const integers = (message: Fields, field: number): bigint[] =>
    (message.get(field) ?? []).flatMap((value) => {
      if (typeof value === 'bigint') return [BigInt.asIntN(64, value)];
      // As the fields of a message, each without its key.
      const found: bigint[] = [];
      let [number, shift] = [0n, 0n];
      for (const byte of value) {
        number |= BigInt(byte & 0x7f) << shift;
        shift += 7n;
        if (shift > 70n) throw refuse('a number of more than 64 bits');
        if (byte >= 0x80) continue;
        found.push(BigInt.asIntN(64, number));
        [number, shift] = [0n, 0n];
      }
      if (shift > 0n) throw refuse('the end within a number: it is cut');
      return found;
    });
  const integer = (message: Fields, field: number): number => Number(integers(message, field).at(-1) ?? 0n);
  /** Repeated numbers of a fixed width. */
  const numbers = (message: Fields, field: number, width: 4 | 8): Uint8Array => {
    const found = parts(message, field);
    const all = new Uint8Array(found.reduce((sum, part) => sum + part.length, 0));
    found.reduce((at, part) => {
      all.set(part, at);
      return at + part.length;
    }, 0);
    if (all.length % width !== 0) throw refuse(`numbers of ${width} bytes that are cut`);
    return all;
  };

  function tensor(message: Fields): OnnxTensor {
    const name = text(message, 8);
    const shape = integers(message, 1).map(Number);
    const number = integer(message, 2);
    const type = number === HALF ? 'float' : types.get(number);
    const refuseTensor = (expected: string, received: string, hint?: string) =>
      new CheckpointError({ where: `${where}: tensor ${name}`, expected, received, hint });
    if (integer(message, 14) === 1) {
      throw refuseTensor(
        'its numbers in the file',
        'the name of another file',
        'Save the model with its data in one file',
      );
    }
    if (type === undefined) throw refuseTensor(`one of ${[...types.values()].join(', ')}`, `the type ${number}`);
    if (shape.some((size) => !(size >= 0))) throw refuseTensor('sizes of at least 0', `[${shape.join(', ')}]`);
    const data = dataOf(message, type, number === HALF);
    const length = shape.reduce((product, size) => product * size, 1);
    if (data.length !== length) throw refuseTensor(`${length} values for [${shape.join(', ')}]`, `${data.length}`);
    return { name, type, shape, data };
  }

  function dataOf(message: Fields, type: ElementType, isHalf: boolean): OnnxTensor['data'] {
    if (type === 'string') return texts(message, 6);
    const raw = parts(message, 9).at(-1);
    const own = (width: number): ArrayBuffer => {
      if (raw!.length % width !== 0) throw refuse(`numbers of ${width} bytes that are cut`);
      return new Uint8Array(raw as Uint8Array).buffer;
    };
    if (isHalf) {
      return Float32Array.from(new Float16Array(raw ? own(2) : Uint16Array.from(integers(message, 5), Number).buffer));
    }
    switch (type) {
      case 'float':
        return new Float32Array(raw ? own(4) : numbers(message, 4, 4).buffer);
      case 'double':
        return new Float64Array(raw ? own(8) : numbers(message, 10, 8).buffer);
      case 'int64':
        return raw ? new BigInt64Array(own(8)) : BigInt64Array.from(integers(message, 7));
      case 'int32':
        return raw ? new Int32Array(own(4)) : Int32Array.from(integers(message, 5), Number);
      default:
        return raw ? new Uint8Array(own(1)) : Uint8Array.from(integers(message, 5), Number);
    }
  }

  function attribute(message: Fields): ReadNode['attributes'][string] {
    const type = integer(message, 20);
    if (type === 1) return { float: floats(message, 2)[0] ?? 0 };
    if (type === 2) return { int: integer(message, 3) };
    if (type === 3) return { text: text(message, 4) };
    if (type === 4) {
      const [value] = messages(message, 5);
      return value ? { tensor: tensor(value) } : { other: true };
    }
    if (type === 6) return { floats: [...floats(message, 7)] };
    if (type === 7) return { ints: integers(message, 8).map(Number) };
    if (type === 8) return { texts: texts(message, 9) };
    return { other: true };
  }
  const floats = (message: Fields, field: number) => new Float32Array(numbers(message, field, 4).buffer);

  function node(message: Fields): ReadNode {
    const domain = text(message, 7);
    return {
      name: text(message, 3),
      op: text(message, 4),
      ...(domain !== '' && domain !== 'ai.onnx' && { domain }),
      inputs: texts(message, 1),
      outputs: texts(message, 2),
      attributes: Object.fromEntries(messages(message, 5).map((each) => [text(each, 1), attribute(each)])),
    };
  }

  function value(message: Fields): OnnxValue {
    const [type] = messages(message, 2);
    const [tensorType] = type ? messages(type, 1) : [];
    const [shape] = tensorType ? messages(tensorType, 2) : [];
    const sizes = shape ? messages(shape, 1) : [];
    return {
      name: text(message, 1),
      type: types.get(tensorType ? integer(tensorType, 1) : 0) ?? 'float',
      shape: sizes.map((size) => (size.has(1) ? integer(size, 1) : text(size, 2))),
    };
  }
  return { fields, messages, text, integer, node, tensor, value };
}
