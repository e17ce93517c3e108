import {
  Data,
  type DataType,
  Field,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  Type,
  Utf8,
  type Vector,
} from 'apache-arrow';
import { freeBuffer } from '../../engine/freeBuffer.ts';
import { stringColumn } from '../../source/column/stringColumn.ts';

/** Columns of a record batch in memory of their own, which nobody else holds. */
export interface CopiedRecords {
  readonly records: RecordBatch;
  /** What they take; of dictionaries, which are not copied, those that were not seen before. */
  readonly bytes: number;
  /** Gives the memory back at once, where a garbage collector would wait: nobody may look at the records any more. */
  release(): void;
}

/**
 * Copies some columns of a record batch, without what lies beside them in their buffers. Rows keep their numbers; strings with 64-bit offsets
 * get 32-bit ones.
 *
 * @param columns their names; those that are not there are none of its concern
 * @param seen dictionaries that were counted before; those of these records are added
 * @returns undefined where one is of a type that features do not take
 */
export function copyRecords(
  records: RecordBatch,
  columns: ReadonlySet<string>,
  seen: WeakSet<Vector>,
): CopiedRecords | undefined {
  const buffers: ArrayBuffer[] = [];
  let bytes = 0;
  const children: Data[] = [];
  const fields: Field[] = [];
  for (const [i, { name, nullable, metadata }] of records.schema.fields.entries()) {
    if (!columns.has(name)) continue;
    const child = copyColumn(records.data.children[i], buffers);
    if (!child) return undefined;
    children.push(child);
    fields.push(new Field(name, child.type, nullable, metadata));
    const { dictionary } = child;
    if (!dictionary || seen.has(dictionary)) continue;
    seen.add(dictionary);
    bytes += dictionary.byteLength;
  }
  return {
    records: new RecordBatch(
      new Schema(fields, records.schema.metadata),
      makeData({ type: new Struct(fields), length: records.numRows, nullCount: 0, children }),
    ),
    bytes: buffers.reduce((sum, { byteLength }) => sum + byteLength, bytes),
    release() {
      for (const buffer of buffers) freeBuffer(buffer);
    },
  };
}

function copyColumn(data: Data, buffers: ArrayBuffer[]): Data | undefined {
  const { type, offset, length, children, values, dictionary } = data;
  const nullCount = type.typeId === Type.Null ? length : data.nullCount;

  function copy<T extends NodeJS.TypedArray>(view: T): T {
    const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength).slice();
    buffers.push(bytes.buffer);
    // A `Buffer` is a view of bytes, too.
    const View = view instanceof Uint8Array ? Uint8Array : view.constructor;
    return new (View as new (buffer: ArrayBuffer) => T)(bytes.buffer);
  }
  /** The bytes in which the bits of the rows lie: they keep their place in the first. */
  const copyBits = (bits: Uint8Array) => copy(bits.subarray(offset >> 3, (offset + length + 7) >> 3));
  const made = (parts: { type?: DataType; values?: NodeJS.TypedArray; offsets?: Int32Array; children?: Data[] }) =>
    new Data(
      parts.type ?? type,
      offset & 7,
      length,
      nullCount,
      [parts.offsets, parts.values, nullCount > 0 ? copyBits(data.nullBitmap) : undefined] as never,
      parts.children ?? [],
      dictionary,
    );

  switch (type.typeId) {
    case Type.Null:
      return data;
    case Type.Bool:
      return made({ values: copyBits(values) });
    case Type.Int:
    case Type.Float:
    case Type.Decimal:
    case Type.Date:
    case Type.Time:
    case Type.Timestamp:
    case Type.Duration:
    case Type.Dictionary:
      return made({ values: copy(values.subarray(0, length * data.stride)) });
    case Type.Utf8:
    case Type.LargeUtf8: {
      const { bytes, offsets: from, stride } = stringColumn(data);
      const offsets = new Int32Array(length + 1);
      buffers.push(offsets.buffer);
      for (let i = 0; i <= length; i++) offsets[i] = from[i * stride] - from[0];
      return made({ type: new Utf8(), offsets, values: copy(bytes.subarray(from[0], from[length * stride])) });
    }
    case Type.FixedSizeList: {
      const child = copyColumn(children[0], buffers);
      return child && made({ children: [child] });
    }
    default:
      return undefined;
  }
}
