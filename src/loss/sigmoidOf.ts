import { exp } from './exp.ts';
/** `1 / (1 + exp(-z))`, without overflow. */
export function sigmoidOf(z: number): number {
  const e = exp(-Math.abs(z));
  return (z >= 0 ? 1 : e) / (1 + e);
}
