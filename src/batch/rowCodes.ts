import { mix32, randomSequence } from '../engine/random.ts';
import { hashBytes } from '../source/column/hashBytes.ts';
import type { Batch } from '../source/types.ts';
import { createRowHasher } from './rowHasher.ts';
import type { SplitRule } from './types.ts';

/** Rows are counted, and named in `Repeats`, by so many bits of their code. */
export const CODE_BITS = 18;
const MASK = (1 << CODE_BITS) - 1;

/** Gives 32 bits a row, by which its side of the split is decided; the array is borrowed: valid until the next record batch. */
export type RowCodes = (batch: Batch) => Uint32Array;

/** @param by all columns of a record batch where it is undefined */
export function createRowCodes({
  seed,
  by,
  repeats,
}: Omit<SplitRule, 'by' | 'validation'> & { readonly by: readonly string[] | undefined }): RowCodes {
  const random = randomSequence(seed, 'split');
  const key = random(0);
  const hash = createRowHasher(by);
  const tellApart = repeats && createTellingApart(repeats, random(1));
  let codes = new Uint32Array(0);
  return (batch) => {
    const hashes = hash(batch.records);
    const { length } = hashes;
    if (codes.length < length) codes = new Uint32Array(length);
    for (let i = 0; i < length; i++) codes[i] = mix32(hashes[i] ^ key);
    tellApart?.(batch, hashes, codes);
    return codes;
  };
}

/** Gives rows that repeat other codes. */
function createTellingApart({ rows, by, places }: NonNullable<SplitRule['repeats']>, key: number) {
  const repeated = bitsOf(rows);
  const hash = by.length > 0 ? createRowHasher(by) : undefined;
  const placed = hash && bitsOf(places);
  const placesOf = createRowPlaces();
  return (batch: Batch, hashes: Int32Array, codes: Uint32Array): void => {
    let further: Int32Array | undefined;
    let placeOf: ((row: number) => number) | undefined;
    for (let i = 0; i < hashes.length; i++) {
      if (!has(repeated, codes[i])) continue;
      if (hash) further ??= hash(batch.records);
      let code = mix32((hashes[i] + (further ? further[i] : 0)) ^ key);
      if (!placed || has(placed, code)) {
        placeOf ??= placesOf(batch);
        code = mix32(code ^ placeOf(i));
      }
      codes[i] = code;
    }
  };
}

/** The number by which rows of a code are counted. */
export function numberOf(code: number): number {
  return code & MASK;
}

/** Counts the rows of each number, of those selected or of the first `n`. */
export function countNumbers(
  counts: Uint32Array,
  codes: Uint32Array,
  selected: Uint32Array | undefined,
  n: number,
): void {
  if (selected) for (let i = 0; i < n; i++) counts[codes[selected[i]] & MASK]++;
  else for (let i = 0; i < n; i++) counts[codes[i] & MASK]++;
}

function bitsOf(numbers: readonly number[]): Uint8Array {
  const bits = new Uint8Array(1 << (CODE_BITS - 3));
  for (const number of numbers) bits[number >> 3] |= 1 << (number & 7);
  return bits;
}

function has(bits: Uint8Array, code: number): boolean {
  return ((bits[(code & MASK) >> 3] >> (code & 7)) & 1) === 1;
}

/**
 * Makes a function that gives 32 bits for the place of each row of a record batch: the name of its file without the folders, so that a copy
 * elsewhere has the same, and its number in the file. Where a source does not tell, the cursor of the record batch stands for the file.
 */
function createRowPlaces(): (batch: Batch) => (row: number) => number {
  const encoder = new TextEncoder();
  let known: { readonly text: string; readonly hash: number } | undefined;
  function hashOf(text: string): number {
    if (known?.text === text) return known.hash;
    const bytes = encoder.encode(text);
    known = { text, hash: hashBytes(bytes, 0, bytes.length) };
    return known.hash;
  }

  return ({ origin, cursor }) => {
    const isTold = origin !== undefined && !origin.isCounted;
    const where = hashOf(isTold ? origin.file.slice(origin.file.search(/[^\\/]*$/)) : JSON.stringify(cursor));
    return (row) => {
      const number = isTold ? origin.row(row) : row;
      return mix32(mix32(where ^ (number | 0)) ^ Math.floor(number / 2 ** 32));
    };
  };
}
