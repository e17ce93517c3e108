import { DataError, type ErrorDetails } from '../errors.ts';
import { placeNumber } from '../preprocess/encode/placeNumber.ts';
import {
  type FittedCategories,
  type FittedFeature,
  type FittedNumeric,
  type FittedVector,
  numberColumns,
} from '../preprocess/fit/fitted.ts';
import type { Value } from '../source/column/readValues.ts';

const FLOAT32_MAX = 3.4028234663852886e38;

/** What stands in a column of a row, once it is held to the schema. */
export type Given = Value | ArrayLike<number>;

/** Where an error is. */
type Place = Pick<ErrorDetails, 'where' | 'column'>;

type Note = 'missing' | 'unseen' | undefined;
/** Writes the value of a feature into the words of a row, which begin at `begin`. */
export type WriteFeature = (value: Given, floats: Float32Array, ints: Int32Array, begin: number) => Note;

export function featureWriter(place: Place, feature: FittedFeature, word: number): WriteFeature {
  if (feature.kind === 'numeric') return numberWriter(place, feature, word);
  if (feature.kind === 'vector') return vectorWriter(place, feature, word);
  return categoryWriter(place, feature, word);
}

/** What stands in for a missing number. */
function filled(place: Place, fill: number | null): number {
  if (fill !== null) return fill;
  throw new DataError({ ...place, expected: 'a value', received: 'null or NaN', hint: 'Nothing stands in for it' });
}

function tooLarge(place: Place, value: number): DataError {
  return new DataError({ ...place, expected: 'a number that float32 can hold', received: `${value}` });
}

function numberWriter(place: Place, feature: FittedNumeric, word: number): WriteFeature {
  const placed = placeNumber(feature);
  const indicated = numberColumns(feature) - 1;
  return (value, floats, _, begin) => {
    const number = value === null ? filled(place, feature.fill) : Number(value);
    if (!placed(number, floats, begin + word)) throw tooLarge(place, number);
    if (value !== null) return undefined;
    if (feature.indicator) floats[begin + word + indicated] = 1;
    return 'missing';
  };
}

function vectorWriter(place: Place, feature: FittedVector, word: number): WriteFeature {
  return (value, floats, _, begin) => {
    let note: Note;
    for (let k = 0; k < feature.size; k++) {
      const number = value === null ? Number.NaN : (value as ArrayLike<number>)[k];
      if (Number.isNaN(number)) note = 'missing';
      const x = ((Number.isNaN(number) ? filled(place, feature.fill) : number) - feature.shift) / feature.scale;
      if (!(Math.abs(x) <= FLOAT32_MAX)) throw tooLarge(place, number);
      floats[begin + word + k] = x;
    }
    return note;
  };
}

function categoryWriter(place: Place, { missing, values }: FittedCategories, word: number): WriteFeature {
  const first = missing === 'category' ? 2 : 1;
  const codes = new Map<Given, number>(values.map((value, i) => [value, i + first]));
  return (value, _, ints, begin) => {
    if (value === null) {
      if (missing === 'error') {
        throw new DataError({ ...place, expected: 'a value', received: 'null', hint: 'Nothing stands in for it' });
      }
      ints[begin + word] = missing === 'category' ? 1 : 0;
      return 'missing';
    }
    if (typeof value === 'number' && !(Math.abs(value) <= Number.MAX_SAFE_INTEGER)) {
      throw new DataError({
        ...place,
        expected: 'an integer up to 2^53, to be told from its neighbour',
        received: `${value}`,
      });
    }
    const code = codes.get(value);
    ints[begin + word] = code ?? 0;
    return code === undefined ? 'unseen' : undefined;
  };
}
