import { Message } from 'apache-arrow';
import type { ByteReader } from './byteReader.ts';

/** One message of Arrow's interprocess format. */
export interface ArrowMessage {
  readonly kind: 'schema' | 'dictionary' | 'records';
  /** Rows of a record batch. */
  readonly rows: number;
  /** The message, framed as in a stream, in parts; read only when asked for, at the latest before the next message. */
  parts(): Promise<readonly Uint8Array[]>;
}

/** Why bytes are not Arrow's. */
export class NotArrow extends Error {}

const longestMetadata = 1 << 28;
const magic = Uint8Array.from(Buffer.from('ARROW1'));

/**
 * The messages of a stream, or of a file: a file is a stream between two marks, followed by a footer that only those need who do not
 * read from the beginning.
 *
 * @throws NotArrow where the bytes are cut or are no messages
 * @see https://arrow.apache.org/docs/format/Columnar.html#serialization-and-interprocess-communication-ipc
 */
export async function* arrowMessages(bytes: ByteReader): AsyncGenerator<ArrowMessage> {
  let head = await bytes.read(4);
  if (head.length === 0) throw new NotArrow('no bytes');
  const isFile = head.every((byte, i) => byte === magic[i]);
  if (isFile) {
    await exactly(bytes, 4);
    head = await bytes.read(4);
  }
  for (let isFirst = true; ; isFirst = false) {
    // A stream may end without saying so, between two messages; a file may not.
    if (head.length === 0 && !isFile && !isFirst) return;
    if (head.length < 4) throw new NotArrow('an end inside of a message');
    let length = int32(head);
    // Before version 0.15 the length came first.
    if (length === -1) length = int32(await exactly(bytes, 4));
    if (length === 0) {
      if (isFile) await assertFooter(bytes);
      if (isFirst) throw new NotArrow('no schema');
      return;
    }
    if (length < 0 || length > longestMetadata) throw new NotArrow(`metadata of ${length} bytes`);
    const metadata = await exactly(bytes, length);
    const message = Message.decode(metadata);
    const kind = kindOf(message);
    if ((kind === 'schema') !== isFirst) throw new NotArrow(isFirst ? 'no schema' : 'a second schema');
    const { bodyLength } = message;
    if (!(bodyLength >= 0)) throw new NotArrow(`a body of ${bodyLength} bytes`);
    let isRead = false;
    yield {
      kind,
      rows: message.isRecordBatch() ? message.header().length : 0,
      async parts() {
        isRead = true;
        return [Uint8Array.from(frame(length)), metadata, await exactly(bytes, bodyLength)];
      },
    };
    if (!isRead && !(await bytes.skip(bodyLength))) throw new NotArrow('an end inside of a message');
    head = await bytes.read(4);
  }
}

function kindOf(message: Message): ArrowMessage['kind'] {
  if (message.isSchema()) return 'schema';
  if (message.isRecordBatch()) return 'records';
  if (message.isDictionaryBatch()) return 'dictionary';
  throw new NotArrow('a message that is neither a schema, a dictionary nor a record batch');
}

async function exactly(bytes: ByteReader, length: number): Promise<Uint8Array> {
  const read = await bytes.read(length);
  if (read.length < length) throw new NotArrow('an end inside of a message');
  return read;
}

/** The footer is not read, but without its mark the file is cut. */
async function assertFooter(bytes: ByteReader): Promise<void> {
  let last: Uint8Array = new Uint8Array(0);
  for (let part = await bytes.read(1 << 16); part.length > 0; part = await bytes.read(1 << 16)) {
    last = Buffer.concat([last, part]).subarray(-magic.length);
  }
  if (last.length < magic.length || !last.every((byte, i) => byte === magic[i])) throw new NotArrow('a cut footer');
}

function int32(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset, 4).getInt32(0, true);
}

function frame(length: number): Uint8Array {
  return new Uint8Array(Int32Array.of(-1, length).buffer);
}
