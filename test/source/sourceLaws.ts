import { setTimeout as wait } from 'node:timers/promises';
import type { ExecutionContext } from 'ava';
import type { Batch, Cursor, OpenOptions, Source } from '../../src/types.ts';

/** A signal that nobody gives. */
export const quiet = (): AbortSignal => new AbortController().signal;

/** What a source gives: the rows as lists of values, the places of the record batches, the columns. */
export async function read(source: Source, options: Partial<OpenOptions> = {}) {
  const rows: unknown[][] = [];
  const cursors: Cursor[] = [];
  const lengths: number[] = [];
  let columns: string | undefined;
  for await (const batch of source.open({ signal: quiet(), ...options })) {
    cursors.push(batch.cursor);
    lengths.push(batch.records.numRows);
    columns ??= describe(batch.records.schema);
    rows.push(...rowsOf(batch));
  }
  return { rows, cursors, lengths, columns };
}

export function describe(schema: Batch['records']['schema']): string {
  return schema.fields.map(({ name, type }) => `${name}: ${type}`).join(', ');
}

function rowsOf({ records }: Batch): unknown[][] {
  const columns = records.schema.fields.map((_, index) => records.getChildAt(index));
  return Array.from({ length: records.numRows }, (_, row) => columns.map((column) => plain(column?.get(row))));
}

function plain(value: unknown): unknown {
  return typeof value === 'object' && value !== null && !(value instanceof Uint8Array) ? `${value}` : value;
}

/**
 * Tests that hold for every source.
 *
 * @param make the source, made anew for each test; at least two record batches of at least two columns
 * @param cursorOf the cursor of a row, where any row may be one
 */
export function sourceLaws(
  test: (title: string, implementation: (t: ExecutionContext) => Promise<void>) => void,
  name: string,
  make: () => Promise<Source> | Source,
  cursorOf?: (row: number) => Cursor,
): void {
  test(`${name}: gives the same rows, cut alike, each time it is opened`, async (t) => {
    const source = await make();
    const first = await read(source);
    t.true(first.lengths.length >= 2, 'the law wants two record batches');
    t.deepEqual(await read(source), first);
    t.deepEqual(await read(await make()), first);
  });

  test(`${name}: gives the same rows where the memory of each record batch is given back before the next is asked for`, async (t) => {
    const source = await make();
    const { rows } = await read(source);
    const released: unknown[][] = [];
    for await (const batch of source.open({ signal: quiet() })) {
      released.push(...rowsOf(batch));
      batch.release?.();
      batch.release?.();
    }
    t.deepEqual(released, rows);
  });

  test(`${name}: gives the same rest, cut alike, from the cursor of each record batch`, async (t) => {
    const source = await make();
    const all = await read(source);
    let row = 0;
    for (const [i, from] of all.cursors.entries()) {
      const rest = await read(source, { from });
      t.deepEqual(rest.rows, all.rows.slice(row));
      t.deepEqual(rest.cursors, all.cursors.slice(i));
      row += all.lengths[i]!;
    }
  });

  test(`${name}: survives the way of a cursor through JSON`, async (t) => {
    const source = await make();
    const all = await read(source);
    const from = JSON.parse(JSON.stringify(all.cursors[1]));
    t.deepEqual((await read(source, { from })).rows, all.rows.slice(all.lengths[0]));
  });

  if (cursorOf) {
    test(`${name}: gives the same rest from any row`, async (t) => {
      const source = await make();
      const all = await read(source);
      for (let row = 0; row <= all.rows.length; row++) {
        const rest = await read(source, { from: cursorOf(row) });
        t.deepEqual(rest.rows, all.rows.slice(row), `from row ${row}`);
        // Only the first record batch is another one.
        t.deepEqual(rest.cursors.slice(1), all.cursors.slice(all.cursors.length - rest.cursors.length + 1));
      }
    });
  }

  test(`${name}: gives the columns that are wanted in the order in which they are wanted`, async (t) => {
    const source = await make();
    const all = await read(source);
    const names = (await source.schema()).fields.map((field) => field.name);
    const columns = [names[1]!, names[0]!];
    const picked = await read(source, { columns });
    t.deepEqual(
      picked.rows,
      all.rows.map((row) => [row[1], row[0]]),
    );
    t.deepEqual(picked.cursors, all.cursors);
    t.deepEqual(
      (await read(source, { columns: columns.slice(0, 1) })).rows,
      all.rows.map((row) => [row[1]]),
    );
  });

  test(`${name}: gives rows without columns when none are wanted`, async (t) => {
    const source = await make();
    const { lengths } = await read(source);
    const none = await read(source, { columns: [] });
    t.deepEqual(none.lengths, lengths);
    t.is(none.columns, '');
  });

  test(`${name}: names the columns there are when one is wanted that is not there`, async (t) => {
    const source = await make();
    const names = (await source.schema()).fields.map((field) => field.name);
    const wrong = `${names[0]}x`;
    const error = await t.throwsAsync(read(source, { columns: [wrong] }), { name: 'SchemaError' });
    t.true(error?.message.startsWith(source.name));
    for (const each of [...names, `'${wrong}'`, `Did you mean '${names[0]}'`])
      t.true(error?.message.includes(each), each);
  });

  test(`${name}: agrees with what it says of itself`, async (t) => {
    const source = await make();
    const { rows, columns } = await read(source);
    t.is(columns, describe(await source.schema()));
    const said = await source.rows();
    if (said !== undefined) t.is(said, rows.length);
    const fingerprint = await source.fingerprint();
    t.deepEqual(JSON.parse(JSON.stringify(fingerprint)), fingerprint);
    t.deepEqual(await (await make()).fingerprint(), fingerprint);
  });

  test(`${name}: leaves out no row of a range, and nothing but whole record batches`, async (t) => {
    const source = await make();
    t.pass();
    if (!source.openRange) return;
    const batches = await Array.fromAsync(source.open({ signal: quiet() }));
    for (const [index, { name: column }] of (await source.schema()).fields.entries()) {
      const numbers = batches.map((batch) => rowsOf(batch).map((row) => Number(row[index])));
      const [after, until] = [numbers.at(0)?.at(-1) ?? 0, numbers.at(-1)?.at(0) ?? 0];
      for (const range of [
        { after, until },
        { after: until, until: after },
        { after, until: Infinity },
      ]) {
        const expected = batches.map(({ cursor }) => JSON.stringify(cursor));
        const options = { signal: quiet(), columns: [column] };
        const given = await Array.fromAsync(source.openRange({ column, ...range }, options));
        for (const { cursor, records } of given) {
          const at = expected.indexOf(JSON.stringify(cursor));
          t.is(records.numRows, batches[at]?.records.numRows);
          expected[at] = '';
        }
        for (const [at, cursor] of expected.entries()) {
          if (cursor !== '') t.false(numbers[at]!.some((number) => number > range.after && number <= range.until));
        }
        const last = given.at(-1);
        if (!last) continue;
        const rest = await Array.fromAsync(source.openRange({ column, ...range }, { ...options, from: last.cursor }));
        t.deepEqual(rest.map(rowsOf), [rowsOf(last)]);
      }
    }
  });

  test(`${name}: shares nothing between two openings`, async (t) => {
    const source = await make();
    const { cursors } = await read(source);
    const a = source.open({ signal: quiet() })[Symbol.asyncIterator]();
    const b = source.open({ signal: quiet() })[Symbol.asyncIterator]();
    const seen: Cursor[] = [];
    for (let i = 0; i < cursors.length; i++) {
      seen.push((await a.next()).value.cursor);
      t.deepEqual((await b.next()).value.cursor, seen[i]);
    }
    t.deepEqual(seen, cursors);
    await a.return?.();
    t.true((await b.next()).done);
  });

  test(`${name}: ends with the signal's reason when it is aborted between record batches`, async (t) => {
    const source = await make();
    const abort = new AbortController();
    const items = source.open({ signal: abort.signal })[Symbol.asyncIterator]();
    await items.next();
    abort.abort(new Error('enough'));
    await t.throwsAsync(within(items.next()), { message: 'enough' });
    t.true((await items.next()).done);
  });

  test(`${name}: opens nothing when it is aborted before it is opened`, async (t) => {
    const source = await make();
    await t.throwsAsync(read(source, { signal: AbortSignal.abort(new Error('never mind')) }), {
      message: 'never mind',
    });
  });

  test(`${name}: is done after it is returned from`, async (t) => {
    const source = await make();
    const items = source.open({ signal: quiet() })[Symbol.asyncIterator]();
    t.false((await items.next()).done);
    await within(Promise.resolve(items.return?.()));
    t.true((await items.next()).done);
  });

  test(`${name}: refuses a cursor that is not its own`, async (t) => {
    const source = await make();
    for (const from of ['x', -1, 0.5, { row: 1 }]) {
      const error = await t.throwsAsync(read(source, { from }), { name: 'SourceError' });
      t.true(error?.message.includes(JSON.stringify(from)));
    }
  });
}

/** The promise, if it is settled within the second that a source has. */
export async function within<T>(promise: Promise<T>, ms = 1000): Promise<T> {
  const abort = new AbortController();
  const late = wait(ms, undefined, { signal: abort.signal }).then(() => {
    throw new Error(`not settled within ${ms} ms`);
  });
  late.catch(() => {});
  try {
    return await Promise.race([promise, late]);
  } finally {
    abort.abort();
  }
}
