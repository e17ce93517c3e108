/** Arrow's interprocess format by hand: what writers write, and what they never would. */

/** A field of a table of a flatbuffer, undefined where it is absent. */
export type Field =
  | { readonly bytes: 1 | 2 | 4 | 8; readonly value: number }
  | { readonly table: Table }
  | { readonly tables: readonly Table[] }
  | { readonly text: string }
  /** Structs of 64-bit integers, one after the other. */
  | { readonly structs: readonly (readonly number[])[] };
/** Its fields by their slots. */
export type Table = readonly (Field | undefined)[];

export const int8 = (value: number): Field => ({ bytes: 1, value });
export const int16 = (value: number): Field => ({ bytes: 2, value });
export const int32 = (value: number): Field => ({ bytes: 4, value });
export const int64 = (value: number): Field => ({ bytes: 8, value });

/** Parents stand before children, as their offsets are positive. */
export function flatbuffer(root: Table): Uint8Array {
  const bytes = Buffer.alloc(1 << 14);
  let end = 4;

  function place(size: number): number {
    const at = end;
    end = Math.ceil((at + size) / 8) * 8;
    return at;
  }

  function point(from: number, to: number): void {
    bytes.writeUInt32LE(to - from, from);
  }

  function putTable(table: Table): number {
    const slots = place(4 + 2 * table.length);
    const at = place(4 + 8 * table.length);
    bytes.writeUInt16LE(4 + 2 * table.length, slots);
    bytes.writeUInt16LE(4 + 8 * table.length, slots + 2);
    bytes.writeInt32LE(at - slots, at);
    for (const [slot, field] of table.entries()) {
      if (field === undefined) continue;
      const offset = 4 + 8 * slot;
      bytes.writeUInt16LE(offset, slots + 4 + 2 * slot);
      if ('bytes' in field) {
        if (field.bytes === 8) bytes.writeBigInt64LE(BigInt(field.value), at + offset);
        else bytes.writeIntLE(field.value, at + offset, field.bytes);
      } else point(at + offset, putChild(field));
    }
    return at;
  }

  function putChild(field: Exclude<Field, { readonly bytes: number }>): number {
    if ('table' in field) return putTable(field.table);
    if ('text' in field) {
      const text = Buffer.from(field.text);
      const at = place(5 + text.length);
      bytes.writeUInt32LE(text.length, at);
      text.copy(bytes, at + 4);
      return at;
    }
    if ('structs' in field) {
      const numbers = field.structs.flat();
      const at = place(4 + 8 * numbers.length);
      bytes.writeUInt32LE(field.structs.length, at);
      for (const [i, number] of numbers.entries()) bytes.writeBigInt64LE(BigInt(number), at + 4 + 8 * i);
      return at;
    }
    const at = place(4 + 4 * field.tables.length);
    bytes.writeUInt32LE(field.tables.length, at);
    for (const [i, table] of field.tables.entries()) point(at + 4 + 4 * i, putTable(table));
    return at;
  }

  point(0, putTable(root));
  return bytes.subarray(0, end);
}

/** A column of a schema; its type is a number of Schema.fbs, and a table of options. */
export interface Column {
  readonly name: string;
  readonly kind: number;
  readonly type?: Table;
  readonly dictionary?: Table;
  readonly children?: readonly Column[];
}

export interface SchemaOptions {
  readonly version?: number;
  readonly endianness?: number;
  readonly features?: readonly number[];
}

/** A schema's message; version 4 is V5. */
export function schemaMessage(columns: readonly Column[], options: SchemaOptions = {}): Uint8Array {
  const schema = schemaTable(columns, options);
  return framed(flatbuffer([int16(options.version ?? 4), int8(1), { table: schema }, int64(0)]), new Uint8Array(0));
}

function schemaTable(columns: readonly Column[], { endianness = 0, features = [] }: SchemaOptions): Table {
  const structs = features.map((each) => [each]);
  return [int16(endianness), { tables: columns.map(fieldTable) }, undefined, { structs }];
}

function fieldTable({ name, kind, type = [], dictionary, children = [] }: Column): Table {
  const tables = children.map(fieldTable);
  return [{ text: name }, int8(1), int8(kind), { table: type }, dictionary && { table: dictionary }, { tables }];
}

/** Rows of columns: of each its rows and nulls, of each buffer its offset and length. */
export interface Records {
  readonly rows: number;
  readonly nodes: readonly (readonly [rows: number, nulls: number])[];
  readonly buffers: readonly (readonly [offset: number, length: number])[];
  readonly body: Uint8Array;
  readonly compression?: Table;
  readonly version?: number;
  /** Keys and values besides. */
  readonly custom?: Readonly<Record<string, string>>;
  readonly dictionary?: { readonly id: number; readonly isDelta: boolean };
}

export function recordsMessage({
  rows,
  nodes,
  buffers,
  body,
  compression,
  dictionary,
  ...message
}: Records): Uint8Array {
  const data: Table = [int64(rows), { structs: nodes }, { structs: buffers }, compression && { table: compression }];
  const header: Table = dictionary ? [int64(dictionary.id), { table: data }, int8(dictionary.isDelta ? 1 : 0)] : data;
  const pairs = Object.entries(message.custom ?? {}).map(([key, text]): Table => [{ text: key }, { text }]);
  const kind = int8(dictionary ? 2 : 3);
  const root: Table = [int16(message.version ?? 4), kind, { table: header }, int64(body.length), { tables: pairs }];
  return framed(flatbuffer(root), body);
}

function framed(metadata: Uint8Array, body: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from(Int32Array.of(-1, metadata.length).buffer), metadata, body]);
}

/** A file of dictionaries and record batches; its footer names those of `listed`, by their places in both, where given. */
export function fileOf(
  columns: readonly Column[],
  dictionaries: readonly Uint8Array[] = [],
  records: readonly Uint8Array[] = [],
  { listed, ...options }: SchemaOptions & { readonly listed?: readonly number[] } = {},
): Uint8Array {
  const mark = Buffer.from('ARROW1');
  const parts = [mark, Buffer.alloc(2)];
  let at = 8;
  const blocks = [...dictionaries, ...records].map((message) => {
    const metadataBytes = 8 + Buffer.from(message).readInt32LE(4);
    const padding = Buffer.alloc((8 - (message.length % 8)) % 8);
    parts.push(Buffer.from(message), padding);
    const block = [at, metadataBytes, message.length - metadataBytes];
    at += message.length + padding.length;
    return block;
  });
  const ofRecords = listed?.map((i) => blocks[i]!) ?? blocks.slice(dictionaries.length);
  const schema = schemaTable(columns, options);
  const lists = [blocks.slice(0, dictionaries.length), ofRecords].map((structs): Field => ({ structs }));
  const footer = flatbuffer([int16(options.version ?? 4), { table: schema }, ...lists]);
  return Buffer.concat([...parts, footer, Buffer.from(Int32Array.of(footer.length).buffer), mark]);
}
