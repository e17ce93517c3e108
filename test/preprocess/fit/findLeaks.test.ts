import test from 'ava';
import { normal, randomSequence, uniform } from '../../../src/engine/random.ts';
import { findLeaks, type SampledFeature } from '../../../src/preprocess/fit/findLeaks.ts';

const n = 2000;
const random = randomSequence(1, 'data');
const noise = randomSequence(2, 'data');
const draw = (i: number) => uniform(random(i));
const column = (value: (i: number) => number, rows = n) => Float64Array.from({ length: rows }, (_, i) => value(i));
const numbers = (value: (i: number) => number): SampledFeature => ({
  name: 'f',
  kind: 'numbers',
  values: column(value),
});
const categories = (value: (i: number) => number): SampledFeature => ({ ...numbers(value), kind: 'categories' });

/** Three in ten are 1. */
const binary = column((i) => (draw(i) < 0.3 ? 1 : 0));
const shares = (target: Float64Array, feature: SampledFeature, task: 'classes' | 'numbers' = 'classes') =>
  findLeaks({ rows: target.length, target, features: [feature] }, task).map(({ share }) => share);

test('a number whose threshold is the label gives it away, in either direction', (t) => {
  for (const sign of [1, -1])
    t.deepEqual(
      shares(
        binary,
        numbers((i) => sign * draw(i)),
      ),
      [1],
    );
});

test('an interval of numbers does, and a value that is missing for one class alone', (t) => {
  const inside = column((i) => (Math.abs(draw(i) - 0.5) < 0.2 ? 1 : 0));
  t.deepEqual(shares(inside, numbers(draw)), [1]);
  t.deepEqual(
    shares(
      binary,
      numbers((i) => (binary[i] === 1 ? Number.NaN : draw(i + n))),
    ),
    [1],
  );
  t.deepEqual(
    shares(
      binary,
      categories((i) => (binary[i] === 1 ? Number.NaN : i % 7)),
    ),
    [1],
  );
});

test('it does where one row in a thousand is told wrong, and does not where one in fifty is', (t) => {
  const wrong = (every: number) => numbers((i) => (i % every === 0 ? 1 - binary[i] : binary[i]));
  t.deepEqual(shares(binary, wrong(1000)), [0.999]);
  t.deepEqual(shares(binary, wrong(50)), []);
});

test('categories of one class each give it away, also where they are many', (t) => {
  t.deepEqual(
    shares(
      binary,
      categories((i) => binary[i]),
    ),
    [1],
  );
  t.deepEqual(
    shares(
      binary,
      categories((i) => 10 * binary[i] + (i % 10)),
    ),
    [1],
  );
});

test('numbers of their own for each row give nothing away, however they are told apart', (t) => {
  t.deepEqual(
    shares(
      binary,
      categories((i) => i),
    ),
    [],
  );
  t.deepEqual(
    shares(
      binary,
      categories((i) => i >> 1),
    ),
    [],
  );
  t.deepEqual(
    shares(
      binary,
      numbers((i) => i),
    ),
    [],
  );
});

test('intervals of three classes give them away, one class alone does not', (t) => {
  const three = column((i) => Math.floor(3 * draw(i)));
  t.deepEqual(shares(three, numbers(draw)), [1]);
  t.deepEqual(
    shares(
      three,
      numbers((i) => (three[i] === 2 ? 5 : draw(i + n))),
    ),
    [],
  );
});

test('a strong feature that is honest gives nothing away', (t) => {
  // Two normal distributions three deviations apart: the best threshold is right in 93 %.
  t.deepEqual(
    shares(
      binary,
      numbers((i) => 3 * binary[i] + normal(noise, i)),
    ),
    [],
  );
  t.deepEqual(
    shares(
      binary,
      categories((i) => (uniform(noise(i)) < 0.9 ? binary[i] : 1 - binary[i])),
    ),
    [],
  );
});

test('few rows, and few of another class, say nothing', (t) => {
  const few = (rows: number, target: (i: number) => number) =>
    findLeaks(
      { rows, target: column(target, rows), features: [{ name: 'f', kind: 'numbers', values: column(target, rows) }] },
      'classes',
    );
  t.is(few(49, (i) => i % 2).length, 0);
  t.is(few(50, (i) => i % 2).length, 1);
  t.is(few(1000, (i) => (i < 19 ? 1 : 0)).length, 0);
  t.is(few(1000, (i) => (i < 20 ? 1 : 0)).length, 1);
  t.is(few(1000, () => 1).length, 0);
});

const price = column((i) => Math.exp(normal(random, i)));

test('a number from which another follows gives it away: in another unit, rounded, bent', (t) => {
  for (const leak of [
    (i: number) => 1.19 * price[i],
    (i: number) => Math.round(price[i] * 100),
    (i: number) => Math.log1p(price[i]),
    (i: number) => -price[i],
  ]) {
    t.deepEqual(shares(price, numbers(leak), 'numbers'), [undefined]);
  }
  // Of a category there is the mean of the others.
  t.deepEqual(
    shares(
      column((i) => (i % 40) ** 2),
      categories((i) => i % 40),
      'numbers',
    ),
    [undefined],
  );
});

test('a number from which another follows nearly does not', (t) => {
  t.deepEqual(
    shares(
      price,
      numbers((i) => price[i] * (1 + 0.05 * normal(noise, i))),
      'numbers',
    ),
    [],
  );
  t.deepEqual(
    shares(
      price,
      numbers(() => 1),
      'numbers',
    ),
    [],
  );
  t.deepEqual(
    shares(
      price,
      categories((i) => i),
      'numbers',
    ),
    [],
  );
  t.deepEqual(
    shares(
      column((i) => i % 5),
      numbers((i) => i % 5),
      'numbers',
    ),
    [],
  );
});
