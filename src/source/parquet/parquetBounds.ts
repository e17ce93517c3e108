import { readThrift, type ThriftStruct, type ThriftValue } from './thriftReader.ts';

/** The least and the greatest number of a column in each row group; undefined for a group that does not say. */
export type GroupBounds = readonly (readonly [least: number, greatest: number] | undefined)[];

/**
 * What the footer of a Parquet file says about a column of numbers, dates or times: its bounds in each row group, points in time as
 * milliseconds since 1970. None are known of columns of other types, inside of others, or where the footer cannot be read.
 *
 * @param footer the FileMetaData at the end of the file
 * @see https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift
 */
export function parquetBounds(footer: Uint8Array, column: string): GroupBounds {
  try {
    const metadata = readThrift(footer);
    const decode = decoderOf(topLevelColumn(list(metadata[2]), column));
    return list(metadata[4]).map((group) => decode && boundsIn(list(group[1]), column, decode));
  } catch (error) {
    // A damaged footer is for the decoder to tell of.
    if (error instanceof RangeError || error instanceof TypeError) return [];
    throw error;
  }
}

/** The schema is a tree, root first, each node followed by its children. */
function topLevelColumn(elements: readonly ThriftStruct[], column: string): ThriftStruct | undefined {
  let at = 1;
  const pass = (): void => {
    for (let left = Number(elements[at++]![5] ?? 0n); left > 0; left--) pass();
  };
  while (at < elements.length) {
    const element = elements[at]!;
    if (text(element[4]) === column) return element[5] === undefined ? element : undefined;
    pass();
  }
  return undefined;
}

type Decode = (bytes: Uint8Array) => number;

const view = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** The numbers of Parquet's physical types, and of converted types that change what they mean. */
const [INT32, INT64, FLOAT, DOUBLE] = [1n, 2n, 4n, 5n];
const [DATE, TIMESTAMP_MILLIS, TIMESTAMP_MICROS, INT_8, INT_64] = [6n, 9n, 10n, 15n, 18n];

/** How the bytes of a statistic become a number, or undefined for types of which it is not known to be right. */
function decoderOf(element: ThriftStruct | undefined): Decode | undefined {
  if (!element) return undefined;
  const scale = scaleOf(element);
  if (scale === undefined) return undefined;
  switch (element[1]) {
    case INT32:
      return (bytes) => view(bytes).getInt32(0, true) * scale.times;
    case INT64:
      return (bytes) => Number(view(bytes).getBigInt64(0, true)) / scale.per;
    case FLOAT:
      return (bytes) => view(bytes).getFloat32(0, true);
    case DOUBLE:
      return (bytes) => view(bytes).getFloat64(0, true);
    default:
      return undefined;
  }
}

/** The unit of an integer. Unsigned integers are ordered in another way, decimals are scaled: both are not known. */
function scaleOf({ 6: converted, 10: logical }: ThriftStruct): { times: number; per: number } | undefined {
  if (logical !== undefined) {
    const { 6: date, 8: timestamp, 10: integer } = logical as ThriftStruct;
    if (date !== undefined) return { times: 86_400_000, per: 1 };
    if (timestamp !== undefined) {
      const unit = (timestamp as ThriftStruct)[2] as ThriftStruct;
      const per = [1, 1e3, 1e6].find((_, i) => unit[i + 1] !== undefined);
      return per === undefined ? undefined : { times: 1, per };
    }
    return integer !== undefined && (integer as ThriftStruct)[2] === true ? { times: 1, per: 1 } : undefined;
  }
  if (converted === undefined) return { times: 1, per: 1 };
  const kind = converted as bigint;
  if (kind === DATE) return { times: 86_400_000, per: 1 };
  if (kind === TIMESTAMP_MILLIS) return { times: 1, per: 1 };
  if (kind === TIMESTAMP_MICROS) return { times: 1, per: 1e3 };
  return kind >= INT_8 && kind <= INT_64 ? { times: 1, per: 1 } : undefined;
}

function boundsIn(
  chunks: readonly ThriftStruct[],
  column: string,
  decode: Decode,
): readonly [number, number] | undefined {
  const metadata = chunks
    .map((chunk) => chunk[3] as ThriftStruct)
    .find((each) => {
      const path = each[3] as readonly ThriftValue[];
      return path.length === 1 && text(path[0]) === column;
    });
  const statistics = metadata?.[12] as ThriftStruct | undefined;
  // The older fields 1 and 2 hold the same for signed numbers.
  const [least, greatest] = [statistics?.[6] ?? statistics?.[2], statistics?.[5] ?? statistics?.[1]];
  if (!(least instanceof Uint8Array && greatest instanceof Uint8Array)) return undefined;
  const bounds = [decode(least), decode(greatest)] as const;
  return bounds.some(Number.isNaN) ? undefined : bounds;
}

function list(value: ThriftValue | undefined): readonly ThriftStruct[] {
  return (value ?? []) as readonly ThriftStruct[];
}

function text(value: ThriftValue | undefined): string {
  return value instanceof Uint8Array ? Buffer.from(value).toString() : '';
}
