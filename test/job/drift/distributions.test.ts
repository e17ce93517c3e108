import { readFileSync } from 'node:fs';
import test from 'ava';
import { compareDistributions } from '../../../src/job/drift/compareDistributions.ts';
import { countCategories } from '../../../src/job/drift/countCategories.ts';
import { countNumbers } from '../../../src/job/drift/countNumbers.ts';
import { type Distribution, mergeDistributions } from '../../../src/job/drift/distribution.ts';
import { failAt } from '../../../src/source/column/rowError.ts';
import { batchOf } from '../../preprocess/batchOf.ts';

interface Golden {
  readonly cases: readonly {
    readonly name: string;
    readonly was: readonly number[];
    readonly now: readonly number[];
    readonly psi: number;
    readonly ks: number;
  }[];
}

const golden: Golden = JSON.parse(readFileSync(new URL('../../golden/drift.json', import.meta.url), 'utf8'));

function numbersOf(values: readonly number[], cuts?: readonly number[]) {
  const counts = countNumbers(cuts);
  // In two parts: the rows come in record batches.
  const half = values.length >> 1;
  counts.add(Float64Array.from(values), half);
  counts.add(Float64Array.from(values.slice(half)), values.length - half);
  return counts.finish();
}

for (const { name, was, now, psi, ks } of golden.cases) {
  test(`psi and ks are those of NumPy and SciPy: ${name}`, (t) => {
    const reference = numbersOf(was);
    const compared = compareDistributions(reference, numbersOf(now, reference.cuts));
    t.true(Math.abs(compared.psi - psi) < 1e-9, `${compared.psi}, ${psi}`);
    // Where there are more than a hundred numbers, they are looked at a hundredth at a time.
    const isExact = new Set(was).size <= 100;
    t.true(compared.ks! <= ks + 1e-12);
    t.true(compared.ks! > ks - (isExact ? 1e-12 : 0.01), `${compared.ks}, ${ks}`);
  });
}

function categoriesOf(values: readonly (string | null)[], known?: readonly (string | number | boolean)[]) {
  const counts = countCategories('oneHot color', known);
  const batch = batchOf({ color: values });
  const [data] = batch.records.getChild('color')!.data;
  counts.add(data!, 'string', undefined, failAt(batch, 0));
  return counts.finish();
}

const times = <T>(count: number, value: T): T[] => new Array<T>(count).fill(value);

test('categories of less than a hundredth of the rows are one, and so are rows without a value', (t) => {
  const was = categoriesOf([...times(120, 'a'), ...times(60, 'b'), 'c', ...times(19, null)]);
  t.deepEqual(was, { kind: 'categories', rows: 200, missing: 0.095, values: ['a', 'b'], shares: [0.6, 0.3] });
  const now = categoriesOf([...times(30, 'a'), ...times(40, 'b'), ...times(30, 'new')], was.values);
  t.deepEqual(now, { kind: 'categories', rows: 100, missing: 0, values: ['a', 'b'], shares: [0.3, 0.4] });
  // Shares 0.6, 0.3, 0.005, 0.095 and 0.3, 0.4, 0.3, 0 (counted as 0.0001).
  const psi =
    -0.3 * Math.log(0.3 / 0.6) * 1 +
    0.1 * Math.log(0.4 / 0.3) +
    0.295 * Math.log(0.3 / 0.005) +
    (0.0001 - 0.095) * Math.log(0.0001 / 0.095);
  const compared = compareDistributions(was, now);
  t.true(Math.abs(compared.psi - psi) < 1e-9, `${compared.psi}, ${psi}`);
  t.is(compared.ks, undefined);
});

test('numbers that are missing are a bin of the index, and nothing to the distance', (t) => {
  const was = numbersOf([...times(50, 1), ...times(50, 2)]);
  const now = numbersOf([...times(25, 1), ...times(25, 2), ...times(50, Number.NaN)], was.cuts);
  t.deepEqual([was.missing, now.missing], [0, 0.5]);
  // Shares 0.5, 0.5, 0 (counted as 0.0001) and 0.25, 0.25, 0.5.
  const psi = 2 * -0.25 * Math.log(0.25 / 0.5) + (0.5 - 0.0001) * Math.log(0.5 / 0.0001);
  const compared = compareDistributions(was, now);
  t.true(Math.abs(compared.psi - psi) < 1e-9, `${compared.psi}, ${psi}`);
  t.is(compared.ks, 0);
  t.is(compareDistributions(was, numbersOf([Number.NaN], was.cuts)).ks, undefined);
});

test('many numbers are sampled: the same ones for the same numbers, with quantiles that are nearly right', (t) => {
  // Ascending: the first ones are not like the others.
  const many = Array.from({ length: 300_000 }, (_, i) => (i + 1) / 300_000);
  const one = numbersOf(many);
  t.deepEqual(numbersOf(many), one);
  t.is(one.rows, 300_000);
  t.is(one.cuts.length, 100);
  // Their standard error is at most sqrt(0.25 / 65536) = 0.002.
  for (const [k, cut] of one.cuts.entries()) t.true(Math.abs(cut - (k + 1) / 100) < 0.008, `${k}: ${cut}`);
  t.true(compareDistributions(one, numbersOf(many, one.cuts)).psi < 0.001);
});

test('two sets of rows merged are as both counted together', (t) => {
  const a = [1, 2, 2, 3, Number.NaN];
  const b = [3, 3, 5, 1, 1, 1, Number.NaN, Number.NaN, 2];
  const close = (x: Distribution, y: Distribution) => {
    t.is(x.rows, y.rows);
    t.true(Math.abs(x.missing - y.missing) < 1e-12);
    for (const [i, share] of x.shares.entries()) t.true(Math.abs(share - y.shares[i]!) < 1e-12, `${i}`);
  };
  const first = numbersOf(a);
  const colors = [...times(3, 'a'), 'b', null];
  const others = ['b', 'c', 'c', null, 'a'];
  const known = categoriesOf(colors);
  const merged = mergeDistributions(
    { number: first, color: known },
    { number: numbersOf(b, first.cuts), color: categoriesOf(others, known.values) },
  );
  close(merged.number!, numbersOf([...a, ...b], first.cuts));
  close(merged.color!, categoriesOf([...colors, ...others], known.values));
});
