import { permutation, randomKey } from '../engine/random.ts';
import type { Rows } from './types.ts';

/**
 * A window's rows in the order that (seed, epoch, number of the window) names; the rows themselves stay where they are.
 *
 * @param order room for as many numbers as there are rows, or more
 */
export function permuteRows(rows: Rows, seed: number, order?: Uint32Array): Rows {
  const { epoch, window } = rows.place;
  return { ...rows, order: permutation(randomKey(seed, 'shuffle', epoch, window), rows.length, order) };
}
