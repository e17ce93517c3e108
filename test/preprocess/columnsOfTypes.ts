import {
  Bool,
  DateDay,
  Decimal,
  Dictionary,
  Float32,
  Int8,
  Int32,
  Int64,
  LargeUtf8,
  Null,
  TimestampMicrosecond,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';

/** Rows of each. */
export const count = 100;
/** A list with a null every seventh time. */
export const every = <T>(value: (i: number) => T) =>
  Array.from({ length: count }, (_, i) => (i % 7 === 3 ? null : value(i)));
/** Columns of the types that features take, most of them with nulls. */
export const columnsOfTypes = {
  int8: vectorFromArray(
    every((i) => i - 50),
    new Int8(),
  ),
  int64: vectorFromArray(
    every((i) => BigInt(i - 50) * 10n ** 12n),
    new Int64(),
  ),
  float: vectorFromArray(
    Array.from({ length: count }, (_, i) => i / 2),
    new Float32(),
  ),
  bool: vectorFromArray(
    every((i) => i % 3 === 0),
    new Bool(),
  ),
  text: vectorFromArray(
    every((i) => 'é'.repeat(i % 4)),
    new Utf8(),
  ),
  long: vectorFromArray(
    every((i) => `${i ** 3}`),
    new LargeUtf8(),
  ),
  coded: vectorFromArray(
    every((i) => `${i % 5}`),
    new Dictionary(new Utf8(), new Int32()),
  ),
  time: vectorFromArray(
    every((i) => new Date(i * 1e9)),
    new TimestampMicrosecond(),
  ),
  day: vectorFromArray(
    every((i) => new Date(i * 86_400_000)),
    new DateDay(),
  ),
  decimal: vectorFromArray(
    Array.from({ length: count }, (_, i) => Uint32Array.of(i, 0, 0, 0)),
    new Decimal(2, 20),
  ),
  nothing: vectorFromArray(Array(count).fill(null), new Null()),
};
