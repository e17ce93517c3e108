import { permutation, randomSequence } from '../engine/random.ts';
import type { Rows } from '../types.ts';

/** A window's rows in the order that (seed, epoch, number of the window) names; the rows themselves stay where they are. */
export function permuteRows(rows: Rows, seed: number): Rows {
  const { epoch, window } = rows.place;
  return { ...rows, order: permutation(randomSequence(seed, 'shuffle', epoch, window), rows.length) };
}
