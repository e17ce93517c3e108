import type { TestFn } from 'ava';
import type { Metric } from '../../../src/train/metrics/metric.ts';
import { distance } from '../../network/numbers.ts';

export interface MetricUnderTest {
  readonly outputs: number;
  readonly p: Float64Array;
  readonly y: Float64Array;
}

/**
 * The laws of a metric over a stream.
 *
 * @example metricLaws(test, 'rocAuc', rocAuc, binaryRows)
 */
export function metricLaws(test: TestFn, name: string, make: () => Metric, { outputs, p, y }: MetricUnderTest): void {
  const n = y.length;
  function of(begin: number, end: number, into = make()): Metric {
    into.add(p.subarray(begin * outputs, end * outputs), y.subarray(begin, end), end - begin, outputs);
    return into;
  }
  const figures = (metric: Metric) => [metric.result(), metric.baseline()];
  const whole = figures(of(0, n));

  test(`${name}, ${outputs} outputs: is defined, and differs from its baseline`, (t) => {
    t.true(whole.every(Number.isFinite));
    t.not(whole[0], whole[1]);
  });

  test(`${name}, ${outputs} outputs: is the same however the rows are split`, (t) => {
    const split = make();
    for (const [begin, end] of [
      [0, 0],
      [0, 1],
      [1, 37],
      [37, n],
    ]) {
      of(begin, end, split);
    }
    t.true(distance(figures(split), whole) < 1e-12);
  });

  test(`${name}, ${outputs} outputs: merges to what it would be over all rows`, (t) => {
    for (const k of [0, 1, 37, n]) {
      const [first, second] = [of(0, k), of(k, n)];
      first.merge(structuredClone(second.state()));
      t.true(distance(figures(first), whole) < 1e-12, `${k} rows and the rest`);
      t.true(distance(figures(second), figures(of(k, n))) < 1e-12 || k === n, 'the other one is as it was');
    }
  });

  test(`${name}, ${outputs} outputs: a state is a copy`, (t) => {
    const metric = of(0, 37);
    const state = metric.state();
    const before = structuredClone(state);
    of(37, n, metric);
    t.deepEqual(state, before);
  });

  test(`${name}, ${outputs} outputs: is not a number for no rows`, (t) => {
    t.is(make().result(), Number.NaN);
  });

  test(`${name}, ${outputs} outputs: leaves predictions and targets as they were`, (t) => {
    const before = { p: p.slice(), y: y.slice() };
    of(0, n).result();
    t.deepEqual({ p, y }, before);
  });
}
