import { type Data, makeData, RecordBatch, Struct, Type } from 'apache-arrow';
import type { Batch } from '../source/types.ts';

/**
 * A record batch of the selected rows alone: what follows need not look at the others. Worth it where few are selected. The rows get
 * new numbers, so errors that name a row mean those. What was refused is left out with the rest.
 *
 * @returns the same batch where nothing is selected away, or a column is of a type that features do not take, such as lists
 */
export function takeRows(batch: Batch): Batch {
  const { records, selected, cursor, origin } = batch;
  if (!selected) return batch;
  const children: Data[] = [];
  for (const child of records.data.children) {
    const taken = takeColumn(child, selected);
    if (!taken) return batch;
    children.push(taken);
  }
  const { schema } = records;
  const data = makeData({ type: new Struct(schema.fields), length: selected.length, nullCount: 0, children });
  return {
    records: new RecordBatch(schema, data),
    cursor,
    ...(origin && {
      origin: {
        file: origin.file,
        row: (at) => origin.row(selected[at]),
        ...(origin.byte && { byte: (at: number) => origin.byte!(selected[at]) }),
      },
    }),
  };
}

function takeColumn(data: Data, rows: Uint32Array): Data | undefined {
  const { type, values, nullCount } = data;
  const { length } = rows;
  if (type.typeId === Type.Null) return makeData({ type, length });
  const nullBitmap = nullCount > 0 ? takeBits(data.nullBitmap, data.offset, rows) : undefined;
  const common = { type, length, nullBitmap, nullCount: nullBitmap ? -1 : 0 };
  switch (type.typeId) {
    case Type.Bool:
      return makeData({ ...common, data: takeBits(values, data.offset, rows) } as never);
    case Type.Int:
    case Type.Float:
    case Type.Decimal:
    case Type.Date:
    case Type.Time:
    case Type.Timestamp:
    case Type.Duration:
      return makeData({ ...common, data: takeValues(values, data.stride, rows) } as never);
    case Type.Dictionary:
      return makeData({ ...common, data: takeValues(values, data.stride, rows), dictionary: data.dictionary } as never);
    case Type.Utf8:
    case Type.LargeUtf8:
      return makeData({ ...common, ...takeStrings(data, rows) } as never);
    default:
      return undefined;
  }
}

type Values = Exclude<Data['values'], BigInt64Array | BigUint64Array>;

function takeValues(values: Data['values'], stride: number, rows: Uint32Array): Data['values'] {
  if (values instanceof BigInt64Array || values instanceof BigUint64Array) {
    // As two halves, which makes no bigints.
    const halves = new Int32Array(values.buffer, values.byteOffset, 2 * values.length);
    const { buffer } = takeValues(halves, 2 * stride, rows) as Int32Array;
    return values instanceof BigInt64Array ? new BigInt64Array(buffer) : new BigUint64Array(buffer);
  }
  const out = new (values.constructor as new (length: number) => Values)(rows.length * stride);
  for (let i = 0, at = 0; i < rows.length; i++) {
    for (let k = rows[i] * stride, end = k + stride; k < end; k++) out[at++] = values[k];
  }
  return out;
}

function takeBits(bits: Uint8Array, offset: number, rows: Uint32Array): Uint8Array {
  const out = new Uint8Array(Math.ceil(rows.length / 8));
  for (let i = 0; i < rows.length; i++) {
    const at = offset + rows[i];
    out[i >> 3] |= ((bits[at >> 3] >> (at & 7)) & 1) << (i & 7);
  }
  return out;
}

/** Strings of either width get 32-bit offsets where they are taken from such, else 64-bit ones. */
function takeStrings(data: Data, rows: Uint32Array) {
  const wide = data.typeId === Type.LargeUtf8;
  const stride = wide ? 2 : 1;
  const { buffer, byteOffset, length } = data.valueOffsets as Int32Array<ArrayBuffer>;
  const offsets = wide ? new Int32Array(buffer, byteOffset, 2 * length) : data.valueOffsets;
  const taken = new Int32Array((rows.length + 1) * stride);
  let size = 0;
  for (let i = 0; i < rows.length; i++) {
    const at = rows[i] * stride;
    size += offsets[at + stride] - offsets[at];
    taken[(i + 1) * stride] = size;
  }
  const bytes = new Uint8Array(size);
  for (let i = 0, to = 0; i < rows.length; i++) {
    const at = rows[i] * stride;
    for (let from = offsets[at]; from < offsets[at + stride]; from++) bytes[to++] = data.values[from];
  }
  return { data: bytes, valueOffsets: wide ? new BigInt64Array(taken.buffer) : taken };
}
