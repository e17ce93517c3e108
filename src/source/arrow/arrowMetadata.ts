import { SourceError } from '../../errors.ts';
import { ArrowDamage } from './arrowDamage.ts';
import { type ArrowSchema, readPairs, readSchema } from './arrowSchema.ts';
import { type Flatbuffer, openFlatbuffer } from './flatbuffer.ts';

/** What a message says before its body. */
export type ArrowMetadata = SchemaMessage | RecordsMessage;

export interface SchemaMessage extends ArrowSchema {
  readonly kind: 'schema';
  readonly bodyLength: number;
}

/** Where the buffers of rows lie in the body: those of a record batch, or the values of a dictionary. */
export interface RecordsMessage {
  readonly kind: 'records' | 'dictionary';
  readonly rows: number;
  readonly bodyLength: number;
  /** As the format numbers them: 4 is V5. */
  readonly version: number;
  readonly codec: 'lz4' | 'zstd' | undefined;
  readonly nodes: number;
  /** The rows of a column, and how many of them are null; in the order in which a schema has columns, each before its children. */
  node(i: number): { readonly rows: number; readonly nulls: number };
  readonly buffers: number;
  buffer(i: number): { readonly offset: number; readonly length: number };
  /** How many buffers each column of views has besides. */
  readonly variadic: readonly number[];
  /** The number of a dictionary in the file, and whether it goes on with what there is of it. */
  readonly dictionary?: { readonly id: number; readonly isDelta: boolean };
}

/** Where a message of a file lies, with its frame. */
export interface Block {
  readonly offset: number;
  readonly metadataLength: number;
}

/** Slots of the tables of Message.fbs and File.fbs. */
const MESSAGE = { version: 0, kind: 1, header: 2, bodyLength: 3, custom: 4 };
const RECORDS = { rows: 0, nodes: 1, buffers: 2, compression: 3, variadic: 4 };
const COMPRESSION = { codec: 0, method: 1 };
const DICTIONARY = { id: 0, data: 1, isDelta: 2 };
const FOOTER = { version: 0, schema: 1, dictionaries: 2, records: 3 };
const codecs = ['lz4', 'zstd'] as const;
/** V4, since Arrow 0.8, and V5, since 1.0; those before have buffers that lie elsewhere. */
const versions = [3, 4];
/** Where Arrow 0.17 said that buffers are compressed. */
const earlyCompression = 'ARROW:experimental_compression';

/**
 * The metadata of a message.
 *
 * @param where the source's name, for errors
 * @throws SchemaError where a column is of a type that is not read
 * @throws SourceError where it is compressed in a way that is not
 * @throws ArrowDamage where they are damaged
 */
export function readMessage(bytes: Uint8Array, where: string): ArrowMetadata {
  const flat = openFlatbuffer(bytes);
  const version = versionOf(flat, MESSAGE.version, where);
  if (readPairs(flat, flat.root, MESSAGE.custom).has(earlyCompression)) {
    throw new SourceError({
      where,
      expected: 'buffers that are compressed as since Arrow 1.0',
      received: 'record batches of Arrow 0.17',
      hint: 'Write it again with a later version',
    });
  }
  const kind = flat.integer(flat.root, MESSAGE.kind, 1);
  const header = flat.table(flat.root, MESSAGE.header);
  const bodyLength = flat.integer(flat.root, MESSAGE.bodyLength, 8);
  if (header === undefined) throw new ArrowDamage('a message without its header');
  if (bodyLength < 0) throw new ArrowDamage(`a body of ${bodyLength} bytes`);
  if (kind === 1) return { kind: 'schema', bodyLength, ...readSchema(flat, header, where) };
  if (kind === 3) return { kind: 'records', bodyLength, version, ...readRecords(flat, header, where) };
  const data = kind === 2 ? flat.table(header, DICTIONARY.data) : undefined;
  if (data === undefined) throw new ArrowDamage('a message that is neither a schema, a dictionary nor a record batch');
  const id = flat.integer(header, DICTIONARY.id, 8);
  const isDelta = flat.integer(header, DICTIONARY.isDelta, 1) !== 0;
  return { kind: 'dictionary', bodyLength, version, ...readRecords(flat, data, where), dictionary: { id, isDelta } };
}

function versionOf(flat: Flatbuffer, slot: number, where: string): number {
  const version = flat.integer(flat.root, slot, 2);
  if (versions.includes(version)) return version;
  throw new SourceError({
    where,
    expected: "metadata of version V4 or V5 of Arrow's format",
    received: `V${version + 1}`,
    hint: version < versions[0]! ? 'Arrow 0.7 or before has written it: write it again' : undefined,
  });
}

function readRecords(flat: Flatbuffer, table: number, where: string) {
  const rows = flat.integer(table, RECORDS.rows, 8);
  if (rows < 0) throw new ArrowDamage(`${rows} rows`);
  const codec = codecOf(flat, flat.table(table, RECORDS.compression), where);
  const nodes = flat.list(table, RECORDS.nodes, 16);
  const buffers = flat.list(table, RECORDS.buffers, 16);
  const variadic = flat.list(table, RECORDS.variadic, 8);
  return {
    rows,
    codec,
    nodes: nodes.length,
    node: (i: number) => ({
      rows: flat.integerAt(nodes.at + 16 * i, 8),
      nulls: flat.integerAt(nodes.at + 16 * i + 8, 8),
    }),
    buffers: buffers.length,
    buffer: (i: number) => ({
      offset: flat.integerAt(buffers.at + 16 * i, 8),
      length: flat.integerAt(buffers.at + 16 * i + 8, 8),
    }),
    variadic: Array.from({ length: variadic.length }, (_, i) => flat.integerAt(variadic.at + 8 * i, 8)),
  };
}

function codecOf(flat: Flatbuffer, compression: number | undefined, where: string): RecordsMessage['codec'] {
  if (compression === undefined) return undefined;
  const codec = codecs[flat.integer(compression, COMPRESSION.codec, 1)];
  const method = flat.integer(compression, COMPRESSION.method, 1);
  if (codec === undefined || method !== 0) {
    throw new SourceError({
      where,
      expected: 'record batches whose buffers are compressed by LZ4 or zstd',
      received: `codec ${flat.integer(compression, COMPRESSION.codec, 1)}, method ${method}`,
      hint: 'Write it again with one of those, or without compression',
    });
  }
  return codec;
}

/** The footer of a file: its columns, and where its messages are. Errors as of `readMessage`. */
export function readFooter(bytes: Uint8Array, where: string) {
  const flat = openFlatbuffer(bytes);
  const schema = flat.table(flat.root, FOOTER.schema);
  if (schema === undefined) throw new ArrowDamage('a footer without a schema');
  versionOf(flat, FOOTER.version, where);
  const blocks = (slot: number): readonly Block[] => {
    const { at, length } = flat.list(flat.root, slot, 24);
    return Array.from({ length }, (_, i) => ({
      offset: flat.integerAt(at + 24 * i, 8),
      metadataLength: flat.integerAt(at + 24 * i + 8, 4),
    }));
  };
  return {
    ...readSchema(flat, schema, where),
    dictionaryBlocks: blocks(FOOTER.dictionaries),
    recordBlocks: blocks(FOOTER.records),
  };
}
