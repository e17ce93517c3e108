import { normal, randomSequence } from '../../src/engine/random.ts';

export interface SpiralOptions {
  /**
   * Points on each arm; an integer, at least 2.
   * @default 100
   */
  readonly points?: number;
  /**
   * Number of arms, each a class; an integer, at least 1.
   * @default 3
   */
  readonly classes?: number;
  /** Names the noise; an integer. */
  readonly seed: number;
}

/** A point of the plane and the arm that it lies on. */
export interface SpiralRow {
  readonly x: number;
  readonly y: number;
  readonly arm: number;
}

/**
 * Points on the arms of a spiral, with noise in the angle; arm after arm, from the middle outwards.
 *
 *   r = 0 ... 1;  t = 4 arm ... 4 (arm + 1) + 0.2 N(0, 1);  x = r sin(t);  y = r cos(t)
 */
export function spiral({ points = 100, classes = 3, seed }: SpiralOptions): SpiralRow[] {
  const random = randomSequence(seed, 'data');
  const rows: SpiralRow[] = [];
  for (let arm = 0; arm < classes; arm++) {
    for (let i = 0; i < points; i++) {
      const share = i / (points - 1);
      const angle = 4 * (arm + share) + 0.2 * normal(random, arm * points + i);
      rows.push({ x: share * Math.sin(angle), y: share * Math.cos(angle), arm });
    }
  }
  return rows;
}
