import { Readable } from 'node:stream';
import { Table, tableFromArrays, tableToIPC, Utf8, vectorFromArray } from 'apache-arrow';
import test from 'ava';
import fc from 'fast-check';
import { describe, quiet, read, within } from '../../../src/laws/readSource.ts';
import { sourceLaws } from '../../../src/laws/sourceLaws.ts';
import { type MemoryData, memory } from '../../../src/source/memory/memory.ts';
import { holdTo } from '../../holdTo.ts';

const rows = Array.from({ length: 10 }, (_, i) => ({
  number: i % 4 === 3 ? null : i / 2,
  word: i % 3 === 2 ? null : `w${i}`,
  yes: i % 2 === 0,
  day: new Date(Date.UTC(2001, 0, i + 1)),
}));
const table = new Table([
  ...tableFromArrays({ number: Float64Array.of(0, 1, 2, 3) }).batches,
  ...tableFromArrays({ number: Float64Array.of(4, 5, 6) }).batches,
]).assign(new Table({ word: vectorFromArray(['a', 'b', null, 'd', 'e', 'f', 'g'], new Utf8()) }));

async function* later<T>(items: Iterable<T>): AsyncGenerator<T> {
  for (const item of items) {
    await new Promise<void>((resolve) => setImmediate(resolve));
    yield item;
  }
}

const row = (number: number) => number;
holdTo(
  test,
  sourceLaws('objects', () => memory(rows, { batchRows: 3 }), row),
);
const withLists = rows.map((row, i) => ({
  ...row,
  list: i % 4 === 1 ? null : [i, null, i / 2],
  bytes: Uint8Array.of(i, 255),
}));
holdTo(
  test,
  sourceLaws('objects with lists', () => memory(withLists, { batchRows: 3 }), row),
);
holdTo(
  test,
  sourceLaws('a table', () => memory(table), row),
);
holdTo(
  test,
  sourceLaws('record batches', () => memory(table.batches), row),
);
holdTo(
  test,
  sourceLaws('an iterable of objects', () => memory(new Set(rows), { batchRows: 4 }), row),
);
holdTo(
  test,
  sourceLaws('a function to an async iterable of objects', () => memory(() => later(rows), { batchRows: 4 }), row),
);
holdTo(
  test,
  sourceLaws('a function to an iterable of record batches', () => memory(() => table.batches.values()), row),
);

test('infers the types of columns from all rows', async (t) => {
  const source = memory([
    { a: null, b: 1n },
    { a: undefined, c: 'x', d: null },
    { a: 1.5, e: true, f: new Date(0) },
  ]);
  t.is(describe(await source.schema()), 'a: Float64, b: Int64, c: Utf8, d: Null, e: Bool, f: Timestamp<MILLISECOND>');
  t.deepEqual((await read(source)).rows, [
    [null, 1n, null, null, null, null],
    [null, null, 'x', null, null, null],
    [1.5, null, null, null, true, 0],
  ]);
});

test('reads arrays of one length, typed ones too, as lists', async (t) => {
  const source = memory([
    { a: [1, 2.5], b: [true, false], c: [1n, 2n ** 62n], f: Float32Array.of(1, 0.5, -1), bytes: Buffer.from([0, 255]) },
    { a: [null, Number.NaN], b: null, c: [undefined, -1n], f: Float32Array.of(4, 5, 6), bytes: Uint8Array.of(1, 2) },
    // A number[] and a Float64Array are one type.
    { a: Float64Array.of(-0.5, 3), b: [true, null], c: BigInt64Array.of(7n, 8n) },
  ]);
  t.is(
    describe(await source.schema()),
    'a: FixedSizeList[2]<Float64>, b: FixedSizeList[2]<Bool>, c: FixedSizeList[2]<Int64>, f: FixedSizeList[3]<Float32>, bytes: FixedSizeList[2]<Uint8>',
  );
  const [batch] = await Array.fromAsync(source.open({ signal: quiet() }));
  const lists = (name: string) => Array.from(batch!.records.getChild(name)!, (list) => list && [...list]);
  t.deepEqual(lists('a'), [
    [1, 2.5],
    [null, Number.NaN],
    [-0.5, 3],
  ]);
  t.deepEqual(lists('b'), [[true, false], null, [true, null]]);
  t.deepEqual(lists('c'), [
    [1n, 2n ** 62n],
    [null, -1n],
    [7n, 8n],
  ]);
  t.deepEqual(lists('f'), [[1, 0.5, -1], [4, 5, 6], null]);
  t.deepEqual(lists('bytes'), [[0, 255], [1, 2], null]);
});

test('names row and column of a list of another length or of something else', async (t) => {
  for (const [second, received] of [
    [[1, 2, 3], /expected a list of 2 numbers as in the rows before, got a list of 3 numbers\./],
    [[1], /got a list of 1 number\./],
    [[1n, 2n], /got a list of 2 bigints\./],
    [Float32Array.of(1, 2), /got a list of 2 numbers of type Float32\./],
    [1, /got the number 1\./],
    [[], /expected a number, .*list of numbers.*got an array that is empty, or of other values/],
    [[1, 'x'], /got an array that is empty, or of other values/],
    [[1, true], /got an array that is empty, or of other values/],
    [[[1]], /got an array that is empty, or of other values/],
    [new DataView(new ArrayBuffer(2)), /got an array that is empty, or of other values/],
  ] as const) {
    const error = await t.throwsAsync(read(memory([{ v: [0, 1] }, { v: second }])), { name: 'SchemaError' });
    t.regex(error?.message ?? '', /^memory rows: row 1, column 'v': /);
    t.regex(error?.message ?? '', received);
    const late = memory(() => [{ v: [0, 1] }, { v: second }], { batchRows: 1 });
    await t.throwsAsync(read(late), { name: 'SchemaError', message: /^memory rows: row 1, column 'v': / });
  }
});

test('cuts record batches of long lists short', async (t) => {
  const list = new Float32Array(1 << 20);
  const objects = Array.from({ length: 5 }, (_, i) => ({ list, i }));
  for (const source of [memory(objects), memory(() => objects.values())]) {
    const lengths = await Array.fromAsync(source.open({ signal: quiet() }), ({ records }) => records.numRows);
    // 32 MB would hold four of them as float64.
    t.deepEqual(lengths, [4, 1]);
    t.deepEqual(await Array.fromAsync(source.open({ signal: quiet(), from: 4 }), ({ cursor }) => cursor), [4]);
  }
});

test('gives back what was put in', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({
          n: fc.option(fc.double()),
          s: fc.option(fc.string({ unit: 'binary' })),
          b: fc.option(fc.boolean()),
        }),
        { minLength: 1, maxLength: 30 },
      ),
      fc.integer({ min: 1, max: 12 }),
      async (objects, batchRows) => {
        const expected = objects.map(({ n, s, b }) => [n, s, b]);
        t.deepEqual((await read(memory(objects, { batchRows }))).rows, expected);
      },
    ),
    { seed: 7, numRuns: 50 },
  );
});

test('keeps NaN and infinities apart from null', async (t) => {
  t.deepEqual((await read(memory([{ a: Number.NaN }, { a: null }, { a: Infinity }]))).rows, [
    [Number.NaN],
    [null],
    [Infinity],
  ]);
});

test('names row and column of a value of another type', async (t) => {
  await t.throwsAsync(read(memory([{ a: 1 }, { a: null }, { a: 'one' }])), {
    name: 'SchemaError',
    message: /^memory rows: row 2, column 'a': expected a number as in the rows before, got the string "one"\./,
  });
  await t.throwsAsync(read(memory([{ a: { b: 1 } }])), {
    name: 'SchemaError',
    message: /row 0, column 'a'.*an object/,
  });
  await t.throwsAsync(read(memory([{ a: new Date(Number.NaN) }])), { name: 'SchemaError', message: /an invalid Date/ });
});

test('names the row that is no object', async (t) => {
  const data = [{ a: 1 }, 7] as unknown as MemoryData;
  await t.throwsAsync(read(memory(data)), { name: 'SourceError', message: /row 1: expected an object/ });
});

test('holds the later rows of an iterable to the columns of its first batch', async (t) => {
  const late = memory(() => [{ a: null }, { a: 1 }], { batchRows: 1 });
  await t.throwsAsync(read(late), { name: 'SchemaError', message: /row 1, column 'a'/ });
  const other = memory(() => [{ a: 1 }, { b: 1 }], { batchRows: 1 });
  await t.throwsAsync(read(other), { name: 'SchemaError', message: /row 1, column 'b'/ });
  const lacking = memory(() => [{ a: 1, b: 2 }, { a: 3 }], { batchRows: 1 });
  t.deepEqual((await read(lacking)).rows, [
    [1, 2],
    [3, null],
  ]);
});

test('refuses record batches of unlike columns', async (t) => {
  const batches = [tableFromArrays({ a: [1] }), tableFromArrays({ a: ['x'] })].map((each) => each.batches[0]!);
  await t.throwsAsync(read(memory(batches)), { name: 'SchemaError', message: /record batch 1/ });
  await t.throwsAsync(read(memory(() => batches)), { name: 'SchemaError', message: /record batch 1/ });
});

test('gives no record batches of no rows', async (t) => {
  const none = memory([]);
  t.deepEqual(await read(none), { rows: [], cursors: [], lengths: [], columns: undefined });
  t.is(await none.rows(), 0);
  t.is(describe(await none.schema()), '');
  t.deepEqual((await read(memory(table.slice(0, 0)))).rows, []);
});

test('tells the number of rows where it can', async (t) => {
  t.is(await memory(rows).rows(), 10);
  t.is(await memory(table).rows(), 7);
  t.is(await memory(() => rows).rows(), undefined);
});

test('has another fingerprint for another value, type, name or number of rows', async (t) => {
  const sources = [
    [{ a: 1 }, { a: 2 }],
    [{ a: 1 }, { a: 3 }],
    [{ a: 1 }],
    [{ b: 1 }, { b: 2 }],
    [{ a: 1n }, { a: 2n }],
    [{ a: 1 }, { a: null }],
  ];
  const fingerprints = await Promise.all(sources.map(async (each) => JSON.stringify(await memory(each).fingerprint())));
  t.is(new Set(fingerprints).size, sources.length);
});

test('has the fingerprint of its content whatever the numbers of its dictionaries', async (t) => {
  const make = () => memory(tableFromArrays({ word: ['a', 'b', 'a'] }));
  t.deepEqual(await make().fingerprint(), await make().fingerprint());
});

test('runs through an iterator once, and says so when it is opened again', async (t) => {
  for (const data of [rows.values(), later(rows), Readable.from(rows)]) {
    const source = memory(data as MemoryData);
    t.is((await read(source)).rows.length, 10);
    await t.throwsAsync(read(source), { name: 'SourceError', message: /run through again/ });
  }
});

test('tells the columns of an iterator before it is run through', async (t) => {
  const source = memory(later(rows), { batchRows: 3 });
  t.is(describe(await source.schema()), describe(await memory(rows).schema()));
  t.is((await read(source)).rows.length, 10);
});

test('begins nothing before the first pull', async (t) => {
  let begun = 0;
  const source = memory(() => {
    begun++;
    return rows;
  });
  const items = source.open({ signal: quiet() })[Symbol.asyncIterator]();
  t.is(begun, 0);
  await items.next();
  t.is(begun, 1);
});

test('ends within a second when it is aborted while an iterable stalls, and closes the iterable', async (t) => {
  let closed = 0;
  const stalled: AsyncIterable<object> = {
    [Symbol.asyncIterator]: () => ({
      next: () => new Promise(() => {}),
      return: async () => {
        closed++;
        return { done: true as const, value: undefined };
      },
    }),
  };
  const abort = new AbortController();
  const pending = memory(stalled).open({ signal: abort.signal })[Symbol.asyncIterator]().next();
  setImmediate(() => abort.abort(new Error('enough')));
  await t.throwsAsync(within(pending), { message: 'enough' });
  t.is(closed, 1);
});

test('ends when it is aborted while an iterable gives rows without an end and without waiting', async (t) => {
  function* rows() {
    for (let x = 0; ; x++) yield { x };
  }
  const abort = new AbortController();
  // One record batch of all: it never comes.
  const source = memory(rows, { batchRows: Number.MAX_SAFE_INTEGER });
  const pending = source.open({ signal: abort.signal })[Symbol.asyncIterator]().next();
  setImmediate(() => abort.abort(new Error('enough')));
  // Were no turn taken, nothing could end it, this limit neither.
  await t.throwsAsync(within(pending, 60_000), { message: 'enough' });
});

test('closes the iterable when it is returned from', async (t) => {
  let closed = 0;
  function* counted() {
    try {
      yield* rows;
    } finally {
      closed++;
    }
  }
  const items = memory(counted, { batchRows: 2 }).open({ signal: quiet() })[Symbol.asyncIterator]();
  await items.next();
  await items.return?.();
  t.is(closed, 1);
});

test('passes an error of the iterable on as the same object', async (t) => {
  const failure = new Error('offline');
  const source = memory(() =>
    (function* failing() {
      yield { a: 1 };
      throw failure;
    })(),
  );
  t.is(await t.throwsAsync(read(source)), failure);
});

test('refuses options that are out of bounds, and data that is none', (t) => {
  for (const batchRows of [0, -1, 1.5, Number.NaN]) {
    t.throws(() => memory(rows, { batchRows }), { name: 'OptionError', message: /^memory: batchRows/ });
  }
  for (const data of [7, null, undefined, {}, 'rows']) {
    t.throws(() => memory(data as unknown as MemoryData), { name: 'OptionError', message: /^memory: data/ });
  }
});

test('changes nothing of what it was given', async (t) => {
  const before = tableToIPC(table);
  await read(memory(table), { from: 2, columns: ['word'] });
  t.deepEqual(tableToIPC(table), before);
});

test('refuses a cursor that an iterable does not reach', async (t) => {
  await t.throwsAsync(
    read(
      memory(() => [{ a: 1 }]),
      { from: 5 },
    ),
    { name: 'SourceError', message: /5 rows before/ },
  );
});

test('refuses a bigint of more than 64 bits', async (t) => {
  t.deepEqual((await read(memory([{ b: -(2n ** 63n) }]))).rows, [[-(2n ** 63n)]]);
  await t.throwsAsync(read(memory([{ b: 2n ** 63n }])), { name: 'SchemaError', message: /row 0, column 'b'/ });
});

test('takes nothing for a value that every object inherits', async (t) => {
  t.deepEqual((await read(memory([{ toString: 'a' }, {}]))).rows, [['a'], [null]]);
});
