/** A value of Thrift's compact protocol: structs by the numbers of their fields, integers as bigint, strings as bytes. */
export type ThriftValue = boolean | bigint | number | Uint8Array | readonly ThriftValue[] | ThriftStruct;
export interface ThriftStruct {
  readonly [field: number]: ThriftValue | undefined;
}

/** Is told where the head of a field is, and, as field 0, where the byte after a struct is. */
export type ThriftNote = (struct: ThriftStruct, field: number, at: number) => void;

/**
 * Reads a struct in Thrift's compact protocol, at the beginning of some bytes.
 *
 * @param note none by default
 * @throws RangeError where the bytes end too early, or a type is none of the protocol's
 * @see https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
 * @example readThrift(Uint8Array.of(0x15, 0x06, 0x00)) //=> { 1: 3n }
 */
export function readThrift(bytes: Uint8Array, note?: ThriftNote): ThriftStruct {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;

  function varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = view.getUint8(at++);
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw new RangeError('a number of more than 64 bits');
  }

  function signed(): bigint {
    const value = varint();
    return (value >> 1n) ^ -(value & 1n);
  }

  /** As many as there are bytes for: a damaged length asks for no memory. */
  function length(): number {
    const count = Number(varint());
    if (count > bytes.length - at) throw new RangeError(`${count} items in ${bytes.length - at} bytes`);
    return count;
  }

  function list(): ThriftValue[] {
    const head = view.getUint8(at++);
    const count = head >> 4 === 15 ? length() : head >> 4;
    return Array.from({ length: count }, () => value(head & 15, true));
  }

  function value(type: number, inList: boolean): ThriftValue {
    switch (type) {
      case 1:
      case 2:
        // In a field the type is the value.
        return inList ? view.getUint8(at++) === 1 : type === 1;
      case 3:
        return BigInt(view.getInt8(at++));
      case 4:
      case 5:
      case 6:
        return signed();
      case 7:
        at += 8;
        return view.getFloat64(at - 8, true);
      case 8: {
        const size = length();
        at += size;
        return bytes.subarray(at - size, at);
      }
      case 9:
      case 10:
        return list();
      case 12:
        return struct();
      default:
        throw new RangeError(`a value of type ${type}`);
    }
  }

  function struct(): ThriftStruct {
    const fields: Record<number, ThriftValue> = {};
    let field = 0;
    for (;;) {
      const head = view.getUint8(at++);
      if (head === 0) {
        note?.(fields, 0, at);
        return fields;
      }
      const begin = at - 1;
      field = head >> 4 === 0 ? Number(signed()) : field + (head >> 4);
      fields[field] = value(head & 15, false);
      note?.(fields, field, begin);
    }
  }

  return struct();
}
