import { Message, RecordBatchReader } from 'apache-arrow';
import type { ByteReader } from '../input/byteReader.ts';
import { checkFooter, checkMessage } from './checkMetadata.ts';

/** One message of Arrow's interprocess format. */
export interface ArrowMessage {
  readonly kind: 'schema' | 'dictionary' | 'records';
  /** Rows of a record batch. */
  readonly rows: number;
  /** The message, framed as in a stream, in parts; read only when asked for, at the latest before the next message. */
  parts(): Promise<readonly Uint8Array[]>;
}

const longestMetadata = 1 << 28;
const magic = Uint8Array.from(Buffer.from('ARROW1'));
/** The mark at the beginning, padded; the length of the footer and the mark at the end. */
const headBytes = 8;
const tailBytes = 4 + magic.length;

/**
 * The messages of a stream or of a file, whichever it is: first the schema, then dictionaries and record batches.
 *
 * @throws Error where the bytes are cut or are no messages
 * @see https://arrow.apache.org/docs/format/Columnar.html#serialization-and-interprocess-communication-ipc
 */
export async function* arrowMessages(bytes: ByteReader): AsyncGenerator<ArrowMessage> {
  const head = await bytes.read(4);
  if (head.length === 0) throw new Error('no bytes');
  yield* head.every((byte, i) => byte === magic[i]) ? fileMessages(bytes) : streamMessages(bytes, head);
}

/** A stream: one message after the other. */
async function* streamMessages(bytes: ByteReader, firstHead: Uint8Array): AsyncGenerator<ArrowMessage> {
  let head = firstHead;
  for (let isFirst = true; ; isFirst = false) {
    // A stream may end without saying so, between two messages.
    if (head.length === 0) return;
    // Before version 0.15 the length came first.
    const length = int32(whole(head, 4)) === -1 ? int32(whole(await bytes.read(4), 4)) : int32(head);
    if (length === 0 && !isFirst) return;
    const metadata = whole(await bytes.read(checkLength(length)), length);
    const message = decode(metadata);
    if ((message.kind === 'schema') !== isFirst) throw new Error(isFirst ? 'no schema' : 'a second schema');
    let isRead = false;
    yield {
      kind: message.kind,
      rows: message.rows,
      async parts() {
        isRead = true;
        return [frame(metadata), metadata, whole(await bytes.read(message.bodyLength), message.bodyLength)];
      },
    };
    if (!isRead && !(await bytes.skip(message.bodyLength))) throw new Error('an end inside of a message');
    head = await bytes.read(4);
  }
}

/** A file: its footer has the schema, and says where the messages are. */
async function* fileMessages(bytes: ByteReader): AsyncGenerator<ArrowMessage> {
  const size = await bytes.size();
  const tail = await bytes.readAt(size - tailBytes, tailBytes);
  if (size < headBytes + tailBytes || !magic.every((byte, i) => byte === tail[4 + i]))
    throw new Error('no mark at the end');
  const length = int32(tail);
  if (length <= 0 || length > size - headBytes - tailBytes) throw new Error(`a footer of ${length} bytes`);
  const footerBytes = await bytes.readAt(size - tailBytes - length, length);
  checkFooter(footerBytes);
  const { encoded, dictionaries, records } = readFooter(footerBytes, tail);
  // Arrow's writer for JavaScript leaves the schema to the footer; of columns without names its encoding loses that.
  const schema = (await schemaAt(bytes, headBytes)) ?? encoded;
  yield { kind: 'schema', rows: 0, parts: async () => [frame(schema), schema] };
  for (const { offset, metaDataLength } of [...dictionaries, ...records]) {
    // The length that the footer gives has the frame in it.
    const framed = whole(await bytes.readAt(offset, checkLength(metaDataLength)), metaDataLength);
    const frameBytes = int32(whole(framed, 8)) === -1 ? 8 : 4;
    const metadata = framed.slice(frameBytes);
    const { kind, rows, bodyLength } = decode(metadata);
    yield {
      kind,
      rows,
      async parts() {
        return [frame(metadata), metadata, whole(await bytes.readAt(offset + metaDataLength, bodyLength), bodyLength)];
      },
    };
  }
}

interface Block {
  readonly offset: number;
  readonly metaDataLength: number;
}

/** Arrow's reader shows a footer only of a whole file: one is made of it that has nothing else. */
function readFooter(footer: Uint8Array, tail: Uint8Array) {
  const file = new Uint8Array(headBytes + footer.length + tailBytes);
  file.set(magic);
  file.set(footer, headBytes);
  file.set(tail, headBytes + footer.length);
  // Not opened: that would look for the dictionaries.
  const reader = RecordBatchReader.from(file);
  // The reader opens what is asked for a record batch; that there is none at its place is not an error.
  try {
    reader.readRecordBatch(Number.MAX_SAFE_INTEGER);
  } catch {
    // What lies in the place of a dictionary cannot be read as one.
  }
  const found = reader.footer;
  if (!found) throw new Error('a footer that cannot be read');
  return {
    encoded: Message.encode(Message.from(found.schema)),
    dictionaries: [...found.dictionaryBatches()] as readonly Block[],
    records: [...found.recordBatches()] as readonly Block[],
  };
}

/** The message at a place, where that is a schema. */
async function schemaAt(bytes: ByteReader, at: number): Promise<Uint8Array | undefined> {
  const head = whole(await bytes.readAt(at, 8), 8);
  const frameBytes = int32(head) === -1 ? 8 : 4;
  const length = int32(head.subarray(frameBytes - 4));
  if (length <= 0 || length > longestMetadata) return undefined;
  const metadata = whole(await bytes.readAt(at + frameBytes, length), length);
  return decode(metadata).kind === 'schema' ? metadata : undefined;
}

interface Decoded {
  readonly kind: ArrowMessage['kind'];
  readonly rows: number;
  readonly bodyLength: number;
}

function decode(metadata: Uint8Array): Decoded {
  checkMessage(metadata);
  const message = Message.decode(metadata);
  const { bodyLength } = message;
  if (!(bodyLength >= 0)) throw new Error(`a body of ${bodyLength} bytes`);
  if (message.isSchema()) return { kind: 'schema', rows: 0, bodyLength };
  if (message.isDictionaryBatch()) return { kind: 'dictionary', rows: 0, bodyLength };
  if (message.isRecordBatch()) return { kind: 'records', rows: message.header().length, bodyLength };
  throw new Error('a message that is neither a schema, a dictionary nor a record batch');
}

function whole(bytes: Uint8Array, length: number): Uint8Array {
  if (bytes.length < length) throw new Error('an end inside of a message');
  return bytes;
}

function checkLength(length: number): number {
  if (!(length > 0 && length <= longestMetadata)) throw new Error(`metadata of ${length} bytes`);
  return length;
}

function int32(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset, 4).getInt32(0, true);
}

function frame(metadata: Uint8Array): Uint8Array {
  return new Uint8Array(Int32Array.of(-1, metadata.length).buffer);
}
