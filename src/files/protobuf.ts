/** A message of protocol buffers that is being written: its fields in the order in which they are given. */
export interface MessageWriter {
  /** An integer, or an enum's number; one below 0 takes ten bytes, as int64 has it. */
  integer(field: number, value: number | bigint): void;
  /** A float32. */
  float(field: number, value: number): void;
  /** A float64. */
  double(field: number, value: number): void;
  text(field: number, value: string): void;
  bytes(field: number, value: Uint8Array): void;
  message(field: number, write: (message: MessageWriter) => void): void;
}

const VARINT = 0;
const FIXED64 = 1;
const LENGTH = 2;
const FIXED32 = 5;

/**
 * Writes a message in the wire format of protocol buffers.
 *
 * @example encodeMessage((message) => message.integer(1, 150)) // Uint8Array [8, 150, 1]
 * @see https://protobuf.dev/programming-guides/encoding
 */
export function encodeMessage(write: (message: MessageWriter) => void): Uint8Array<ArrayBuffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const push = (chunk: Uint8Array) => {
    chunks.push(chunk);
    length += chunk.length;
  };
  const key = (field: number, wire: number) => push(varint(BigInt(field * 8 + wire)));
  const bytes = (field: number, value: Uint8Array) => {
    key(field, LENGTH);
    push(varint(BigInt(value.length)));
    push(value);
  };
  write({
    integer(field, value) {
      key(field, VARINT);
      push(varint(BigInt.asUintN(64, BigInt(value))));
    },
    float(field, value) {
      key(field, FIXED32);
      const four = new Uint8Array(4);
      new DataView(four.buffer).setFloat32(0, value, true);
      push(four);
    },
    double(field, value) {
      key(field, FIXED64);
      const eight = new Uint8Array(8);
      new DataView(eight.buffer).setFloat64(0, value, true);
      push(eight);
    },
    text: (field, value) => bytes(field, new TextEncoder().encode(value)),
    bytes,
    message: (field, write) => bytes(field, encodeMessage(write)),
  });
  const message = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    message.set(chunk, at);
    at += chunk.length;
  }
  return message;
}

function varint(value: bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  do {
    bytes.push(Number(rest & 0x7fn) | (rest > 0x7fn ? 0x80 : 0));
    rest >>= 7n;
  } while (rest > 0n);
  return Uint8Array.from(bytes);
}

/** A field of a message: an integer, a fixed number as its bytes, or bytes. */
export interface MessageField {
  readonly field: number;
  readonly value: bigint | Uint8Array;
}

/**
 * Reads the fields of a message, those of messages in it as bytes.
 *
 * @param refuse makes the error of what is no message
 */
export function* decodeMessage(bytes: Uint8Array, refuse: (received: string) => Error): Generator<MessageField, void> {
  let at = 0;
  function integer(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      if (at >= bytes.length) throw refuse('the end within a number: it is cut');
      const byte = bytes[at++];
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw refuse('a number of more than 64 bits');
  }
  function take(length: bigint): Uint8Array {
    if (length > bytes.length - at) throw refuse(`${length} bytes where ${bytes.length - at} are left: it is cut`);
    at += Number(length);
    return bytes.subarray(at - Number(length), at);
  }
  while (at < bytes.length) {
    const key = integer();
    const field = Number(key >> 3n);
    const wire = Number(key & 7n);
    if (field === 0) throw refuse('a field without a number');
    if (wire === VARINT) yield { field, value: integer() };
    else if (wire === LENGTH) yield { field, value: take(integer()) };
    else if (wire === FIXED32) yield { field, value: take(4n) };
    else if (wire === FIXED64) yield { field, value: take(8n) };
    else throw refuse(`a field of the wire type ${wire}`);
  }
}
