/** Slots of the tables that Arrow's metadata is made of, by Message.fbs, Schema.fbs and File.fbs. */
const MESSAGE = { type: 1, header: 2, custom: 4 };
const SCHEMA = { fields: 1, custom: 2, features: 3 };
const FIELD = { name: 0, typeKind: 2, type: 3, dictionary: 4, children: 5, custom: 6 };
const RECORDS = { nodes: 1, buffers: 2, variadic: 4 };
const DICTIONARY = { data: 1 };
const UNION = { kind: 14, ids: 1 };
const FOOTER = { schema: 1, dictionaries: 2, records: 3, custom: 4 };

/**
 * Holds the lists in a message's metadata to the bytes that there are: Arrow's reader believes their lengths, and would
 * be busy for minutes with a damaged one.
 *
 * @throws RangeError where something lies beyond the end
 * @see https://flatbuffers.dev/internals
 */
export function checkMessage(bytes: Uint8Array): void {
  const check = createCheck(bytes);
  const message = check.root();
  check.vector(message, MESSAGE.custom, 4);
  const header = check.table(message, MESSAGE.header);
  if (header === undefined) return;
  const kind = check.byte(message, MESSAGE.type);
  if (kind === 1) checkSchema(check, header);
  else if (kind === 2) checkRecords(check, check.table(header, DICTIONARY.data));
  else if (kind === 3) checkRecords(check, header);
}

/** The same for the footer of a file. */
export function checkFooter(bytes: Uint8Array): void {
  const check = createCheck(bytes);
  const footer = check.root();
  check.vector(footer, FOOTER.dictionaries, 24);
  check.vector(footer, FOOTER.records, 24);
  check.vector(footer, FOOTER.custom, 4);
  const schema = check.table(footer, FOOTER.schema);
  if (schema === undefined) throw new RangeError('a footer without a schema');
  checkSchema(check, schema);
}

function checkSchema(check: Check, schema: number): void {
  check.vector(schema, SCHEMA.custom, 4);
  check.vector(schema, SCHEMA.features, 8);
  for (const field of check.tables(schema, SCHEMA.fields)) checkField(check, field, 0);
}

function checkField(check: Check, field: number, depth: number): void {
  if (depth > 64) throw new RangeError('fields that are nested too deeply');
  check.vector(field, FIELD.name, 1);
  check.vector(field, FIELD.custom, 4);
  check.table(field, FIELD.dictionary);
  const type = check.table(field, FIELD.type);
  if (type !== undefined && check.byte(field, FIELD.typeKind) === UNION.kind) check.vector(type, UNION.ids, 4);
  for (const child of check.tables(field, FIELD.children)) checkField(check, child, depth + 1);
}

function checkRecords(check: Check, records: number | undefined): void {
  if (records === undefined) throw new RangeError('a message without its header');
  check.vector(records, RECORDS.nodes, 16);
  check.vector(records, RECORDS.buffers, 16);
  check.vector(records, RECORDS.variadic, 8);
}

type Check = ReturnType<typeof createCheck>;

/** Finds its way in a flatbuffer; every read beyond the end throws. */
function createCheck(bytes: Uint8Array) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  /** Fields may lie on top of each other; more of them than bytes are not meant. */
  let left = bytes.length;

  /** The offset of what is in a slot of a table, or undefined. */
  function slot(table: number, number: number): number | undefined {
    const slots = table - view.getInt32(table, true);
    const at = 4 + 2 * number;
    const offset = at + 2 <= view.getUint16(slots, true) ? view.getUint16(slots + at, true) : 0;
    return offset === 0 ? undefined : table + offset;
  }

  function follow(at: number): number {
    return at + view.getUint32(at, true);
  }

  function vector(
    table: number,
    number: number,
    elementBytes: number,
  ): { readonly at: number; readonly length: number } {
    const place = slot(table, number);
    if (place === undefined) return { at: 0, length: 0 };
    const at = follow(place);
    const length = view.getUint32(at, true);
    if (at + 4 + length * elementBytes > bytes.length) throw new RangeError(`a list of ${length} in the metadata`);
    return { at: at + 4, length };
  }

  return {
    vector,
    root: () => follow(0),
    byte(table: number, number: number): number {
      const place = slot(table, number);
      return place === undefined ? 0 : view.getUint8(place);
    },
    table(table: number, number: number): number | undefined {
      const place = slot(table, number);
      return place === undefined ? undefined : follow(place);
    },
    *tables(table: number, number: number): Generator<number> {
      const { at, length } = vector(table, number, 4);
      for (let i = 0; i < length; i++) {
        if (left-- === 0) throw new RangeError('more fields than bytes in the metadata');
        yield follow(at + 4 * i);
      }
    },
  };
}
