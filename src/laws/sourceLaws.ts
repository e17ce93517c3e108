import { ok as holds, strictEqual as is, rejects, deepStrictEqual as same } from 'node:assert/strict';
import type { Batch, Cursor, Source } from '../source/types.ts';
import { type Law, statedLaws } from './law.ts';
import { describe, quiet, read, rowsOf, within } from './readSource.ts';

/**
 * The laws of a source.
 *
 * @param make the source, made anew for each test; at least two record batches of at least two columns
 * @param cursorOf the cursor of a row, where any row may be one
 * @example sourceLaws('memory', () => memory([{ a: 1, b: 2 }, { a: 3, b: 4 }], { batchRows: 1 })).length > 0 //=> true
 */
export function sourceLaws(
  name: string,
  make: () => Promise<Source> | Source,
  cursorOf?: (row: number) => Cursor,
): Law[] {
  const { laws, law } = statedLaws();
  law(`${name}: gives the same rows, cut alike, each time it is opened`, async () => {
    const source = await make();
    const first = await read(source);
    holds(first.lengths.length >= 2, 'the law wants two record batches');
    same(await read(source), first);
    same(await read(await make()), first);
  });

  law(
    `${name}: gives the same rows where the memory of each record batch is given back before the next is asked for`,
    async () => {
      const source = await make();
      const { rows } = await read(source);
      const released: unknown[][] = [];
      for await (const batch of source.open({ signal: quiet() })) {
        released.push(...rowsOf(batch));
        batch.release?.();
        batch.release?.();
      }
      same(released, rows);
    },
  );

  law(`${name}: gives the same rest, cut alike, from the cursor of each record batch`, async () => {
    const source = await make();
    const all = await read(source);
    let row = 0;
    for (const [i, from] of all.cursors.entries()) {
      const rest = await read(source, { from });
      same(rest.rows, all.rows.slice(row));
      same(rest.cursors, all.cursors.slice(i));
      row += all.lengths[i]!;
    }
  });

  law(`${name}: survives the way of a cursor through JSON`, async () => {
    const source = await make();
    const all = await read(source);
    const from = JSON.parse(JSON.stringify(all.cursors[1]));
    same((await read(source, { from })).rows, all.rows.slice(all.lengths[0]));
  });

  if (cursorOf) {
    law(`${name}: gives the same rest from any row`, async () => {
      const source = await make();
      const all = await read(source);
      for (let row = 0; row <= all.rows.length; row++) {
        const rest = await read(source, { from: cursorOf(row) });
        same(rest.rows, all.rows.slice(row), `from row ${row}`);
        // Only the first record batch is another one.
        same(rest.cursors.slice(1), all.cursors.slice(all.cursors.length - rest.cursors.length + 1));
      }
    });
  }

  law(`${name}: gives the columns that are wanted in the order in which they are wanted`, async () => {
    const source = await make();
    const all = await read(source);
    const names = (await source.schema()).fields.map((field) => field.name);
    const columns = [names[1]!, names[0]!];
    const picked = await read(source, { columns });
    same(
      picked.rows,
      all.rows.map((row) => [row[1], row[0]]),
    );
    same(picked.cursors, all.cursors);
    same(
      (await read(source, { columns: columns.slice(0, 1) })).rows,
      all.rows.map((row) => [row[1]]),
    );
  });

  law(`${name}: gives rows without columns when none are wanted`, async () => {
    const source = await make();
    const { lengths } = await read(source);
    const none = await read(source, { columns: [] });
    same(none.lengths, lengths);
    is(none.columns, '');
  });

  law(`${name}: names the columns there are when one is wanted that is not there`, async () => {
    const source = await make();
    const names = (await source.schema()).fields.map((field) => field.name);
    const wrong = `${names[0]}x`;
    const error = await errorOf(read(source, { columns: [wrong] }), 'SchemaError');
    holds(error.message.startsWith(source.name));
    for (const each of [...names, `got ${wrong}`, `Did you mean ${names[0]}`])
      holds(error.message.includes(each), each);
  });

  law(`${name}: agrees with what it says of itself`, async () => {
    const source = await make();
    const { rows, columns } = await read(source);
    is(columns, describe(await source.schema()));
    const said = await source.rows();
    if (said !== undefined) is(said, rows.length);
    const fingerprint = await source.fingerprint();
    same(JSON.parse(JSON.stringify(fingerprint)), fingerprint);
    same(await (await make()).fingerprint(), fingerprint);
  });

  law(`${name}: leaves out no row of a range, and nothing but whole record batches`, async () => {
    const source = await make();
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
        const given: Batch[] = await Array.fromAsync(source.openRange({ column, ...range }, options));
        for (const { cursor, records } of given) {
          const at = expected.indexOf(JSON.stringify(cursor));
          is(records.numRows, batches[at]?.records.numRows);
          expected[at] = '';
        }
        for (const [at, cursor] of expected.entries()) {
          if (cursor !== '') holds(!numbers[at]!.some((number) => number > range.after && number <= range.until));
        }
        const last = given.at(-1);
        if (!last) continue;
        const rest: Batch[] = await Array.fromAsync(
          source.openRange({ column, ...range }, { ...options, from: last.cursor }),
        );
        same(rest.map(rowsOf), [rowsOf(last)]);
      }
    }
  });

  law(`${name}: shares nothing between two openings`, async () => {
    const source = await make();
    const { cursors } = await read(source);
    const a = source.open({ signal: quiet() })[Symbol.asyncIterator]();
    const b = source.open({ signal: quiet() })[Symbol.asyncIterator]();
    const seen: Cursor[] = [];
    for (let i = 0; i < cursors.length; i++) {
      seen.push((await a.next()).value.cursor);
      same((await b.next()).value.cursor, seen[i]);
    }
    same(seen, cursors);
    await a.return?.();
    holds((await b.next()).done);
  });

  law(`${name}: ends with the signal's reason when it is aborted between record batches`, async () => {
    const source = await make();
    const abort = new AbortController();
    const items = source.open({ signal: abort.signal })[Symbol.asyncIterator]();
    await items.next();
    abort.abort(new Error('enough'));
    await rejects(within(items.next()), { message: 'enough' });
    holds((await items.next()).done);
  });

  law(`${name}: opens nothing when it is aborted before it is opened`, async () => {
    const source = await make();
    await rejects(read(source, { signal: AbortSignal.abort(new Error('never mind')) }), {
      message: 'never mind',
    });
  });

  law(`${name}: is done after it is returned from`, async () => {
    const source = await make();
    const items = source.open({ signal: quiet() })[Symbol.asyncIterator]();
    holds(!(await items.next()).done);
    await within(Promise.resolve(items.return?.()));
    holds((await items.next()).done);
  });

  law(`${name}: is the same with a change of nothing`, async () => {
    const source = await make();
    const again = source.with?.({ types: {}, options: {} });
    if (!again) return;
    is(again.name, source.name);
    same(await read(again), await read(source));
    same(await again.fingerprint(), await source.fingerprint());
    same(again.reading, source.reading);
    same(JSON.parse(JSON.stringify(again.reading ?? null)), again.reading ?? null);
  });

  law(`${name}: refuses a cursor that is not its own`, async () => {
    const source = await make();
    for (const from of ['x', -1, 0.5, { row: 1 }]) {
      const error = await errorOf(read(source, { from }), 'SourceError');
      holds(error.message.includes(JSON.stringify(from)));
    }
  });
  return laws;
}

/** What a promise is rejected with, an error of the name. */
async function errorOf(promise: Promise<unknown>, name: string): Promise<Error> {
  let caught: unknown;
  await rejects(promise, (error: Error) => {
    caught = error;
    return error.name === name;
  });
  return caught as Error;
}
