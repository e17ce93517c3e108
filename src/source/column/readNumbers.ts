import {
  type Data,
  type Date_,
  DateUnit,
  type Decimal,
  type Float,
  type Int,
  Precision,
  type Time,
  type Timestamp,
  TimeUnit,
  Type,
} from 'apache-arrow';
import { readIndices } from './readIndices.ts';

const PER_MILLISECOND: Readonly<Record<Exclude<TimeUnit, TimeUnit.SECOND>, number>> = {
  [TimeUnit.MILLISECOND]: 1,
  [TimeUnit.MICROSECOND]: 1e3,
  [TimeUnit.NANOSECOND]: 1e6,
};

/**
 * A column as float64, one number a row, NaN where it is null: booleans as 0 and 1, times as milliseconds, points in time as
 * milliseconds since 1970 UTC, 64-bit integers rounded to the nearest float64.
 *
 * Column by column and without bigints: the read of 3 million int64 takes some 10 ms.
 * @param scratch used for the result when it is long enough
 */
export function readNumbers(data: Data, scratch?: Float64Array): Float64Array {
  const { length } = data;
  const out = scratch && scratch.length >= length ? scratch.subarray(0, length) : new Float64Array(length);
  fill(out, data);
  if (data.typeId !== Type.Null && data.nullCount > 0) {
    const { nullBitmap, offset } = data;
    for (let i = 0; i < length; i++) {
      if (((nullBitmap[(offset + i) >> 3] >> ((offset + i) & 7)) & 1) === 0) out[i] = Number.NaN;
    }
  }
  return out;
}

/**
 * The same, not to be changed: a column of float64 without nulls is given as it is.
 * @param scratch used for the result when it is needed and long enough
 */
export function viewNumbers(data: Data, scratch?: Float64Array): Float64Array {
  const { type, values, length } = data;
  const isFloat64 = type.typeId === Type.Float && (type as Float).precision === Precision.DOUBLE;
  return isFloat64 && data.nullCount === 0 ? values.subarray(0, length) : readNumbers(data, scratch);
}

function fill(out: Float64Array, data: Data): void {
  const { length } = data;
  const { type, values } = data;
  switch (type.typeId) {
    case Type.Null:
      out.fill(Number.NaN);
      return;
    case Type.Bool:
      for (let i = 0, at = data.offset; i < length; i++, at++) out[i] = (values[at >> 3] >> (at & 7)) & 1;
      return;
    case Type.Float:
      if ((type as Float).precision === Precision.HALF) {
        for (let i = 0; i < length; i++) out[i] = halfToNumber(values[i]);
      } else out.set(values.subarray(0, length));
      return;
    case Type.Decimal:
      fillDecimals(out, values, type as Decimal);
      return;
    case Type.Date:
      fillIntegers(out, values, true, 1);
      if ((type as Date_).unit === DateUnit.DAY) for (let i = 0; i < length; i++) out[i] *= 86_400_000;
      return;
    case Type.Timestamp:
    case Type.Time:
    case Type.Duration:
      fillTimes(out, values, (type as Timestamp | Time).unit);
      return;
    case Type.Dictionary:
      fillFromDictionary(out, data);
      return;
    default:
      fillIntegers(out, values, (type as Int).isSigned !== false, 1);
  }
}

function fillTimes(out: Float64Array, values: Data['values'], unit: TimeUnit): void {
  const isSeconds = unit === TimeUnit.SECOND;
  fillIntegers(out, values, true, isSeconds ? 1 : PER_MILLISECOND[unit]);
  if (isSeconds) for (let i = 0; i < out.length; i++) out[i] *= 1000;
}

/** 64-bit integers are read as two halves each, which makes no bigints. */
function fillIntegers(out: Float64Array, values: Data['values'], signed: boolean, divisor: number): void {
  const { length } = out;
  if (values instanceof BigInt64Array || values instanceof BigUint64Array) {
    const halves = new Int32Array(values.buffer, values.byteOffset, 2 * length);
    if (divisor !== 1) divideHalves(out, halves, divisor);
    else if (signed) for (let i = 0; i < length; i++) out[i] = halves[2 * i + 1] * 2 ** 32 + (halves[2 * i] >>> 0);
    else for (let i = 0; i < length; i++) out[i] = (halves[2 * i + 1] >>> 0) * 2 ** 32 + (halves[2 * i] >>> 0);
  } else {
    out.set(values.subarray(0, length));
    if (divisor !== 1) for (let i = 0; i < length; i++) out[i] /= divisor;
  }
}

/** The upper half in two parts, so that what is divided is below 2^53: nanoseconds since 1970 are not, and a whole quotient is to come out whole. */
function divideHalves(out: Float64Array, halves: Int32Array, divisor: number): void {
  const whole = Math.floor(2 ** 32 / divisor);
  const rest = 2 ** 32 - whole * divisor;
  for (let i = 0; i < out.length; i++) {
    const high = halves[2 * i + 1];
    out[i] = high * whole + (high * rest + (halves[2 * i] >>> 0)) / divisor;
  }
}

/** Words from the highest to the lowest, so that each sum of a small number is exact. */
function fillDecimals(out: Float64Array, values: Uint32Array, { bitWidth, scale }: Decimal): void {
  const words = bitWidth / 32;
  const divisor = 10 ** scale;
  for (let i = 0; i < out.length; i++) {
    let value = values[i * words + words - 1] | 0;
    for (let word = words - 2; word >= 0; word--) value = value * 2 ** 32 + values[i * words + word];
    out[i] = value / divisor;
  }
}

function fillFromDictionary(out: Float64Array, data: Data): void {
  const entries = (data.dictionary?.data ?? []).map((chunk) => readNumbers(chunk));
  const all = entries.length === 1 ? entries[0] : Float64Array.from(entries.flatMap((chunk) => [...chunk]));
  const indices = readIndices(data);
  for (let i = 0; i < out.length; i++) out[i] = all[indices[i]];
}

function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (exponent ? 2 ** (exponent - 25) * (1024 + fraction) : 2 ** -24 * fraction);
}
