import { SourceError } from '../../errors.ts';
import type { ByteReader } from '../input/byteReader.ts';
import { kindBytes, otherKind } from '../input/fileKind.ts';
import { ArrowDamage } from './arrowDamage.ts';
import { type ArrowMetadata, readFooter, readMessage } from './arrowMetadata.ts';

/** One message of Arrow's interprocess format. */
export interface ArrowMessage {
  readonly metadata: ArrowMetadata;
  /** What it holds; read only when asked for, at the latest before the next message. */
  body(): Promise<Uint8Array>;
}

const longestMetadata = 1 << 28;
const magic = Uint8Array.from(Buffer.from('ARROW1'));
/** The mark at the beginning, padded; the length of the footer and the mark at the end. */
const headBytes = 8;
const tailBytes = 4 + magic.length;

/**
 * The messages of a stream or of a file, whichever it is: first the schema, then dictionaries and record batches.
 *
 * @param where the source's name, for errors
 * @throws SchemaError, SourceError where it has what is not read
 * @throws ArrowDamage where the bytes are cut or are no messages
 * @see https://arrow.apache.org/docs/format/Columnar.html#serialization-and-interprocess-communication-ipc
 */
export async function* arrowMessages(bytes: ByteReader, where: string): AsyncGenerator<ArrowMessage> {
  const head = await bytes.read(4);
  if (head.length === 0)
    throw new SourceError({ where, expected: 'a whole Arrow IPC file or stream', received: 'an empty file' });
  if (head.every((byte, i) => byte === magic[i])) return yield* fileMessages(bytes, where);
  const wrong = otherKind(where, 'arrowIpc', await bytes.begin(kindBytes));
  if (wrong) throw wrong;
  yield* streamMessages(bytes, head, where);
}

/** A stream: one message after the other. */
async function* streamMessages(bytes: ByteReader, firstHead: Uint8Array, where: string): AsyncGenerator<ArrowMessage> {
  let head = firstHead;
  for (let isFirst = true; ; isFirst = false) {
    // A stream may end without saying so, between two messages.
    if (head.length === 0) return;
    // Before version 0.15 the length came first.
    const length = int32(whole(head, 4)) === -1 ? int32(whole(await bytes.read(4), 4)) : int32(head);
    if (length === 0 && !isFirst) {
      if ((await bytes.read(1)).length === 0) return;
      throw anotherStream(where);
    }
    const metadata = readMessage(whole(await bytes.read(checkLength(length)), length), where);
    if (metadata.kind !== 'schema' && isFirst) throw new ArrowDamage('no schema');
    if (metadata.kind === 'schema' && !isFirst) throw anotherStream(where);
    const { bodyLength } = metadata;
    let isRead = false;
    yield {
      metadata,
      async body() {
        isRead = true;
        return whole(await bytes.read(bodyLength), bodyLength);
      },
    };
    if (!isRead && !(await bytes.skip(bodyLength))) throw new ArrowDamage('an end inside of a message');
    head = await bytes.read(4);
  }
}

/** A file: its footer has the schema, and says where the messages are. */
async function* fileMessages(bytes: ByteReader, where: string): AsyncGenerator<ArrowMessage> {
  const size = await bytes.size();
  const tail = await bytes.readAt(size - tailBytes, tailBytes);
  if (size < headBytes + tailBytes || !magic.every((byte, i) => byte === tail[4 + i]))
    throw new ArrowDamage('no mark at the end');
  const length = int32(tail);
  if (length <= 0 || length > size - headBytes - tailBytes) throw new ArrowDamage(`a footer of ${length} bytes`);
  const { schema, dictionaries, dictionaryBlocks, recordBlocks } = readFooter(
    await bytes.readAt(size - tailBytes - length, length),
    where,
  );
  yield { metadata: { kind: 'schema', bodyLength: 0, schema, dictionaries }, body: async () => new Uint8Array(0) };
  let left = size;
  const places = new Set<number>();
  const ids = new Set<number>();
  for (const { offset, metadataLength } of [...dictionaryBlocks, ...recordBlocks]) {
    // The length that the footer gives has the frame in it.
    const framed = whole(await bytes.readAt(offset, checkLength(metadataLength)), metadataLength);
    const frameBytes = int32(whole(framed, 8)) === -1 ? 8 : 4;
    const metadata = readMessage(framed.slice(frameBytes), where);
    const { bodyLength } = metadata;
    // Of messages that lie on top of each other a few bytes could make any number of rows.
    left -= metadataLength + bodyLength;
    if (left < 0 || places.has(offset)) throw new ArrowDamage('messages that lie on top of each other');
    places.add(offset);
    if (metadata.kind === 'schema') throw new ArrowDamage('a second schema');
    if (metadata.dictionary && ids.has(metadata.dictionary.id) && !metadata.dictionary.isDelta)
      throw new ArrowDamage('a dictionary that is there twice');
    if (metadata.dictionary) ids.add(metadata.dictionary.id);
    yield {
      metadata,
      body: async () => whole(await bytes.readAt(offset + metadataLength, bodyLength), bodyLength),
    };
  }
}

/** What follows would be lost without a word. */
function anotherStream(where: string): SourceError {
  return new SourceError({
    where,
    expected: 'one Arrow stream',
    received: 'more bytes after its end, as where streams were written one after the other',
    hint: 'Write each to a file of its own, and read them with files(pattern, arrowIpc)',
  });
}

function whole(bytes: Uint8Array, length: number): Uint8Array {
  if (bytes.length < length) throw new ArrowDamage('an end inside of a message');
  return bytes;
}

function checkLength(length: number): number {
  if (!(length > 0 && length <= longestMetadata)) throw new ArrowDamage(`metadata of ${length} bytes`);
  return length;
}

function int32(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset, 4).getInt32(0, true);
}
