import test from 'ava';
import { exp } from '../../src/loss/exp.ts';

test('exp is e^x to one unit of the last digit, up to the ends of float64', (t) => {
  for (let i = 0; i <= 200_000; i++) {
    const x = ((i * 7919) % 200_001) / 140 - 720;
    const [own, other] = [exp(x), Math.exp(x)];
    t.true(Math.abs(own - other) <= Math.max(Number.MIN_VALUE, 2 ** -52 * other), `${x}: ${own}, ${other}`);
  }
  const known: readonly (readonly [number, number])[] = [
    [0, 1],
    [-0, 1],
    [1, Math.E],
    [1e-30, 1],
    [Number.NEGATIVE_INFINITY, 0],
    [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
    [709.79, Number.POSITIVE_INFINITY],
    [-745.2, 0],
    [-745.13, Number.MIN_VALUE],
    [Number.NaN, Number.NaN],
  ];
  for (const [x, expected] of known) t.is(exp(x), expected, `${x}`);
});
