import test from 'ava';
import fc from 'fast-check';
import { concatMap, filter, lastValueFrom, range, toArray } from 'rxjs';
import flights from '../../pipelines/flights.ts';
import {
  adam,
  type Batch,
  binary,
  binaryCrossEntropy,
  definePipeline,
  dense,
  type Finding,
  memory,
  numeric,
  oneHot,
  type Pipeline,
  type Source,
} from '../../src/index.ts';
import { type RowLayout, randomSequence } from '../../src/operators.ts';
import { trainEpoch } from '../../src/pipeline/rows/epoch.ts';
import { prepareRun } from '../../src/pipeline/run/prepare.ts';
import { beginningOf } from '../../src/pipeline/run/runProgress.ts';
import { orderedStream } from '../../src/train/health/orderedStream.ts';
import { createStreamOrder } from '../../src/train/health/streamOrder.ts';
import { temporaryFolder } from '../pipeline/run.ts';

/** What is said of the order of a run's rows. */
async function findingsOf(pipeline: Pipeline, directory = ''): Promise<readonly Finding[]> {
  const { assembly } = await prepareRun(pipeline, { directory });
  const findings = await lastValueFrom(
    range(0, pipeline.epochs).pipe(
      concatMap((epoch) => trainEpoch(assembly, beginningOf(epoch))),
      filter((event) => event.kind === 'finding'),
      filter(({ problem }) => problem === 'orderedStream'),
      toArray(),
    ),
  );
  await assembly.spill?.close();
  return findings;
}

/** The first rows of a source, in memory. */
async function firstRows(source: Source, rows: number): Promise<Source> {
  const batches: Batch['records'][] = [];
  let count = 0;
  for await (const { records } of source.open({ signal: new AbortController().signal })) {
    const part = records.slice(0, rows - count);
    batches.push(part);
    count += part.numRows;
    if (count >= rows) break;
  }
  return memory(batches);
}

const random = randomSequence(5, 'data');
const uniform = (i: number) => random(i) / 2 ** 32;

/** 4,000 rows that arrive in the order of a number, of a category or of the label, or in none. */
function arriving(order: 'none' | 'number' | 'category' | 'label', options: Partial<Pipeline> = {}): Pipeline {
  const total = 4000;
  const rows = Array.from({ length: total }, (_, i) => {
    const drift = i / total;
    const [a, b, label] = [uniform(3 * i), uniform(3 * i + 1), uniform(3 * i + 2)];
    return {
      a: order === 'number' ? drift + 0.1 * a : a,
      color: ['red', 'green', 'blue'][Math.floor(3 * (order === 'category' ? drift : b))],
      y: label < (order === 'label' ? 0.1 + 0.4 * drift : 0.3),
    };
  });
  return definePipeline({
    name: 'arriving',
    source: memory(rows, { batchRows: 500 }),
    features: { a: numeric(), color: oneHot() },
    target: binary('y'),
    shuffle: { memoryMB: (200 * 16) / 1e6 },
    batch: 16,
    network: [dense(1)],
    loss: binaryCrossEntropy(),
    optimizer: adam({ learningRate: 1e-3 }),
    epochs: 3,
    health: { everySteps: 50 },
    ...options,
  });
}

for (const [order, name] of [
  ['number', 'a'],
  ['category', 'color'],
  ['label', 'y'],
] as const) {
  test(`rows that arrive in the order of a ${order} are named once, with the remedy`, async (t) => {
    const [finding, ...more] = await findingsOf(arriving(order));
    t.deepEqual(more, []);
    t.regex(finding.message, new RegExp(`% of the variance of ${name} lies between blocks`));
    t.regex(finding.advice, /shuffle.memoryMB .*spill: true/);
    t.true(finding.measured > 0.02);
    t.log(finding.message);
  });

  test(`rows in the order of a ${order} are no problem with all in one window, or dealt to disk`, async (t) => {
    t.deepEqual(await findingsOf(arriving(order, { shuffle: { memoryMB: 1 } })), []);
    const spilling = arriving(order, { shuffle: { memoryMB: (200 * 16) / 1e6, spill: true } });
    t.deepEqual(await findingsOf(spilling, await temporaryFolder(t)), []);
  });
}

test('a stream in order that is not shuffled at all is named', async (t) => {
  t.is((await findingsOf(arriving('number', { shuffle: false }))).length, 1);
});

test('rows in no order are no problem, however small the window and the batch', async (t) => {
  for (const batch of [1, 16, 100]) t.deepEqual(await findingsOf(arriving('none', { batch })), [], `batch ${batch}`);
  t.deepEqual(await findingsOf(arriving('none', { shuffle: false })), []);
});

test('flights sorted by date are named with a small window, not with a large one or spilled', async (t) => {
  const source = await firstRows(flights.source, 300_000);
  // A row of eight words and its place in the order take 36 bytes.
  const memoryMB = (10_000 * 36) / 1e6;
  const [finding] = await findingsOf({ ...flights, source, shuffle: { memoryMB } });
  t.log(finding.message);
  t.regex(finding.message, /dayOfYear|weekday/);
  t.deepEqual(await findingsOf({ ...flights, source }), []);
  const directory = await temporaryFolder(t);
  t.deepEqual(await findingsOf({ ...flights, source, shuffle: { memoryMB, spill: true } }, directory), []);
});

const layout: RowLayout = {
  words: 2,
  width: 1,
  fields: [
    { kind: 'numbers', name: 'a', word: 0, column: 0, count: 1 },
    { kind: 'target', name: 'y', word: 1 },
  ],
};

/** Looks at numbers as mini-batches of so many rows. */
function looked(numbers: readonly number[], size: number, order = createStreamOrder(layout)) {
  for (let at = 0; at < numbers.length; at += size) {
    const x = Float64Array.from(numbers.slice(at, at + size));
    order.look({ x, y: x, n: x.length }, true);
  }
  return order;
}

test('means and variances of blocks are those of their definition', (t) => {
  const numbers = Array.from({ length: 640 }, (_, i) => uniform(i) + i / 100);
  const { between, within } = looked(numbers, 16).columns()[0];
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = (values: readonly number[]) =>
    values.reduce((sum, value) => sum + (value - mean(values)) ** 2, 0) / (values.length - 1);
  const blocks = Array.from({ length: 10 }, (_, k) => numbers.slice(64 * k, 64 * (k + 1)));
  t.true(Math.abs(between - variance(blocks.map(mean))) < 1e-9);
  t.true(Math.abs(within - mean(blocks.map(variance))) < 1e-9);
});

test('goes on from a snapshot after any row as if there had been no break', (t) => {
  const numbers = Array.from({ length: 500 }, (_, i) => uniform(i));
  const whole = looked(numbers, 7).snapshot();
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 71 }), (batches) => {
      const saved = JSON.stringify(looked(numbers.slice(0, 7 * batches), 7).snapshot());
      const order = createStreamOrder(layout);
      order.restore(JSON.parse(saved));
      t.deepEqual(looked(numbers.slice(7 * batches), 7, order).snapshot(), whole);
    }),
    { seed: 7 },
  );
});

test('shuffled rows of any distribution are no problem', (t) => {
  fc.assert(
    fc.property(fc.integer(), fc.constantFrom(1, 5, 64, 300), fc.integer({ min: 1, max: 12 }), (seed, size, power) => {
      const bits = randomSequence(seed, 'data');
      // The higher the power, the rarer and larger the largest.
      const numbers = Array.from({ length: 5000 }, (_, i) => (bits(i) / 2 ** 32) ** -(power / 8));
      const order = looked(numbers, size);
      t.is(orderedStream(order.columns(), order.blocks, order.rows), undefined);
    }),
    { seed: 7, numRuns: 200 },
  );
});

test('between blocks nothing is looked at, but a block that has begun is filled', (t) => {
  const order = createStreamOrder(layout);
  const x = new Float64Array(40);
  const look = (begins: boolean) => order.look({ x, y: x, n: 40 }, begins);
  look(false);
  t.is(order.snapshot().rows, 0);
  look(true);
  t.is(order.snapshot().rows, 40);
  look(false);
  t.deepEqual([order.blocks, order.rows, order.snapshot().rows], [1, 80, 0]);
});

test('a few blocks tell nothing', (t) => {
  const column = { name: 'a', isLabel: false, between: 1, within: 1 };
  t.is(orderedStream([column], 15, 64), undefined);
  t.truthy(orderedStream([column], 16, 64));
});

test('columns that do not vary are no problem', (t) => {
  t.is(orderedStream([{ name: 'a', isLabel: false, between: 0, within: 0 }], 1000, 64), undefined);
});
