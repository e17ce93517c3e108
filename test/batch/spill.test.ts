import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { concat, defer, from, lastValueFrom, NEVER, throwError, toArray } from 'rxjs';
import { bucketCount, createSpill, type SpillOptions } from '../../src/batch/spill.ts';
import { OptionError, SpillError } from '../../src/index.ts';
import { createGate, type Rows } from '../../src/operators.ts';
import { encodedRows, layout, memoryFor } from './encodedRows.ts';

async function folder(t: ExecutionContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'millrace-'));
  t.teardown(() => rm(path, { recursive: true, force: true }));
  return path;
}

/** Rows in `capacity` rows of memory, 10 a batch. */
async function dealt(t: ExecutionContext, rows: number, capacity: number, options: Partial<SpillOptions> = {}) {
  const directory = options.directory ?? (await folder(t));
  const spill = createSpill({ directory, memoryMB: memoryFor(capacity), layout, rows, seed: 7, ...options });
  t.teardown(() => spill.close());
  await from(encodedRows(rows, 10))
    .pipe(spill.deal)
    .forEach(() => {
      t.fail();
    });
  return spill;
}

/** The numbers of the rows in the order in which they are given out; both words of a row are its number. */
function numbers({ length, segments, order }: Rows): number[] {
  return Array.from({ length }, (_, i) => {
    const row = order?.[i] ?? i;
    const segment = segments[row >> 16];
    const at = (row & 65535) * 2;
    if (segment[at] !== segment[at + 1]) throw new Error(`row ${row} is in pieces`);
    return segment[at];
  });
}

async function drawn(spill: ReturnType<typeof createSpill>, epoch: number, window = 0): Promise<Rows[]> {
  const all: Rows[] = [];
  for await (const rows of spill.draw({ epoch, window })) all.push(rows);
  return all;
}

const ascending = (length: number) => Array.from({ length }, (_, i) => i);

test('gives every row once, in windows that fit into memory', async (t) => {
  const spill = await dealt(t, 1000, 100);
  const windows = await drawn(spill, 0);
  t.true(windows.length > 10);
  t.true(windows.every(({ length }) => length <= 100));
  const given = windows.flatMap(numbers);
  t.notDeepEqual(given, ascending(1000));
  t.deepEqual(
    given.sort((a, b) => a - b),
    ascending(1000),
  );
});

test('gives released windows the memory of those before, with the same rows in the same order', async (t) => {
  const spill = await dealt(t, 1000, 100);
  const expected = (await drawn(spill, 0)).map(numbers);
  const given: number[][] = [];
  const buffers = new Set<unknown>();
  for await (const rows of spill.draw({ epoch: 0, window: 0 })) {
    given.push(numbers(rows));
    for (const { buffer } of rows.segments) buffers.add(buffer);
    rows.release?.();
  }
  t.deepEqual(given, expected);
  t.is(buffers.size, 1);
});

test('gives another order in each epoch, of rows dealt once', async (t) => {
  const spill = await dealt(t, 300, 50);
  const epochs = await Promise.all([0, 1, 2].map(async (epoch) => (await drawn(spill, epoch)).flatMap(numbers)));
  t.is(new Set(epochs.map(String)).size, 3);
  for (const given of epochs)
    t.deepEqual(
      given.sort((a, b) => a - b),
      ascending(300),
    );
});

test('gives the same from the same rows and seed, however they are batched, and other orders for other seeds', async (t) => {
  const order = async (spill: ReturnType<typeof createSpill>) => (await drawn(spill, 3)).flatMap(numbers);
  const first = await order(await dealt(t, 300, 50));
  t.deepEqual(await order(await dealt(t, 300, 50)), first);
  t.notDeepEqual(await order(await dealt(t, 300, 50, { seed: 8 })), first);
  const other = createSpill({ directory: await folder(t), memoryMB: memoryFor(50), layout, rows: 300, seed: 7 });
  await lastValueFrom(from(encodedRows(300, 77)).pipe(other.deal), { defaultValue: undefined });
  t.deepEqual(await order(other), first);
  await other.close();
});

test('goes on from any window with the same rest, and places name the window and no cursor', async (t) => {
  const spill = await dealt(t, 300, 50);
  const whole = await drawn(spill, 1);
  for (let window = 0; window <= spill.buckets; window++) {
    const rest = await drawn(spill, 1, window);
    t.deepEqual(
      rest.map(({ place }) => place),
      whole.map(({ place }) => place).filter((place) => place.window >= window),
    );
    t.deepEqual(rest.flatMap(numbers), whole.filter(({ place }) => place.window >= window).flatMap(numbers));
  }
  t.deepEqual(whole[0].place, { epoch: 1, window: 0, cursor: null, skip: 0 });
});

test('every row comes to every position equally often', async (t) => {
  const directory = await folder(t);
  const rows = 20;
  const seeds = 1500;
  for (const epoch of [0, 1]) {
    const counts = new Float64Array(rows * rows);
    const neighbours = new Float64Array(rows);
    for (let seed = 0; seed < seeds; seed++) {
      const spill = createSpill({ directory, memoryMB: memoryFor(20), layout, rows, seed });
      t.is(spill.buckets, 4);
      await lastValueFrom(from(encodedRows(rows, 7)).pipe(spill.deal), { defaultValue: undefined });
      const given = (await drawn(spill, epoch)).flatMap(numbers);
      for (const [position, row] of given.entries()) {
        counts[row * rows + position]++;
        if (position > 0) neighbours[(row - given[position - 1] + rows) % rows]++;
      }
      await spill.close();
    }
    // Sums of rows and columns are fixed: 19² degrees of freedom, a mean of 361 and a standard deviation of sqrt(2 361) = 26.9.
    const expected = seeds / rows;
    const chi = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    t.log(`epoch ${epoch}: chi-squared ${chi.toFixed(0)} of 361`);
    t.true(Math.abs(chi - 361) < 4 * 26.9);
    // A row follows each other row equally often: 18 degrees of freedom, standard deviation 6.
    const each = (seeds * (rows - 1)) / (rows - 1);
    const steps = neighbours.slice(1).reduce((sum, count) => sum + (count - each) ** 2 / each, 0);
    t.log(`differences of neighbours: ${steps.toFixed(0)} of 18`);
    t.true(steps < 18 + 4 * 6);
  }
});

test('fills segments of 65,536 rows and cuts the last', async (t) => {
  const spill = await dealt(t, 150_000, 200_000, {});
  t.is(spill.buckets, 1);
  const [rows] = await drawn(spill, 0);
  t.deepEqual(
    rows.segments.map(({ length }) => length / 2),
    [65_536, 65_536, 18_928],
  );
  t.deepEqual(
    numbers(rows).sort((a, b) => a - b),
    ascending(150_000),
  );
});

test('through a gate, the next window is read when the one before has been worked off', async (t) => {
  const spill = await dealt(t, 300, 50);
  const gate = createGate();
  const worked: number[] = [];
  let read = 0;
  async function* counted() {
    for await (const rows of spill.draw({ epoch: 0, window: 0 })) {
      read++;
      yield rows;
    }
  }
  await gate
    .draw(() => counted())
    .forEach(({ length }) => {
      worked.push(length);
      t.is(read, worked.length);
    });
  t.is(worked.length, spill.buckets);
});

test('leaves no file in the folder, not even while it is in use', async (t) => {
  const directory = await folder(t);
  const spill = await dealt(t, 300, 50, { directory });
  t.deepEqual(await readdir(directory), []);
  t.is((await drawn(spill, 0)).length, spill.buckets);
  await spill.close();
  t.deepEqual(await readdir(directory), []);
  t.false(spill.isDealt);
  t.deepEqual(await drawn(spill, 0), []);
});

test('removes what a killed run may have left, and nothing else', async (t) => {
  const directory = await folder(t);
  await writeFile(join(directory, 'millrace-spill-00000000-0000-0000-0000-000000000000.tmp'), 'left');
  await writeFile(join(directory, 'metrics.ndjson'), '');
  await dealt(t, 30, 50, { directory });
  t.deepEqual(await readdir(directory), ['metrics.ndjson']);
});

test('makes the folder where only it is not there', async (t) => {
  const directory = join(await folder(t), 'rows');
  await dealt(t, 30, 50, { directory });
  t.deepEqual(await readdir(directory), []);
});

test('passes an error on as the same object, and is then not dealt', async (t) => {
  const spill = createSpill({ directory: await folder(t), memoryMB: memoryFor(50), layout, rows: 300, seed: 7 });
  const failure = new Error('from the source');
  const failing$ = concat(
    from(encodedRows(100, 10)),
    throwError(() => failure),
  );
  t.is(await t.throwsAsync(lastValueFrom(failing$.pipe(spill.deal))), failure);
  t.false(spill.isDealt);
  t.deepEqual(await drawn(spill, 0), []);
  await spill.close();
});

test('an unsubscribed deal can be begun anew', async (t) => {
  const spill = createSpill({ directory: await folder(t), memoryMB: memoryFor(50), layout, rows: 300, seed: 7 });
  concat(from(encodedRows(100, 10)), NEVER)
    .pipe(spill.deal)
    .subscribe()
    .unsubscribe();
  t.false(spill.isDealt);
  const windows = await lastValueFrom(
    concat(
      from(encodedRows(300, 10)).pipe(spill.deal),
      defer(() => drawn(spill, 0)),
    ).pipe(toArray()),
  );
  t.is(
    windows.flat().reduce((sum, { length }) => sum + length, 0),
    300,
  );
  await spill.close();
});

test('a folder that cannot be made is an error that names it', async (t) => {
  const directory = join(await folder(t), 'a', 'b');
  const spill = createSpill({ directory, memoryMB: memoryFor(50), layout, rows: 300, seed: 7 });
  const error = await t.throwsAsync(lastValueFrom(from(encodedRows(300, 10)).pipe(spill.deal)), {
    instanceOf: SpillError,
  });
  t.is(error.where, directory);
  t.regex(error.message, /expected a folder in which rows can be kept, got ENOENT.*shuffle.spill.directory/);
});

test('rows that would take more than maxDiskMB are refused before any is written', (t) => {
  const options = { directory: 'nowhere', memoryMB: memoryFor(5000), layout, rows: 1_000_000, seed: 7 };
  const error = t.throws(() => createSpill({ ...options, maxDiskMB: 7.9 }), { instanceOf: SpillError });
  t.regex(error.message, /expected at most the 7.9 MB of maxDiskMB, got 1000000 rows of 8 bytes, 8.0 MB/);
  t.is(createSpill({ ...options, maxDiskMB: 8 }).bytes, 8_000_000);
});

test('a memory too small for a row of each bucket is refused with one that is large enough', (t) => {
  const options = { directory: 'nowhere', layout, rows: 1_000_000, seed: 7 };
  const error = t.throws(() => createSpill({ ...options, memoryMB: memoryFor(500) }), { instanceOf: SpillError });
  const enough = Number(/memoryMB to ([\d.]+) or more/.exec(error.message)?.[1]);
  t.true(createSpill({ ...options, memoryMB: enough }).buckets > 100);
});

test('buckets hold what memory holds, with six standard deviations to spare', (t) => {
  for (const capacity of [1, 10, 1000, 500_000]) {
    for (const rows of [0, 1, 1000, 3_000_000]) {
      const mean = rows / bucketCount(rows, capacity);
      t.true(mean + 6 * Math.sqrt(mean) <= capacity * 1.000001 || bucketCount(rows, capacity) === 1);
    }
  }
  t.is(bucketCount(0, 10), 1);
});

for (const change of [{ memoryMB: 0 }, { maxDiskMB: -1 }, { rows: 1.5 }, { seed: 0.5 }]) {
  test(`refuses ${JSON.stringify(change)}`, (t) => {
    const [option] = Object.keys(change);
    const error = t.throws(() => createSpill({ directory: '.', memoryMB: 1, layout, rows: 10, seed: 7, ...change }), {
      instanceOf: OptionError,
    });
    t.is(error.where, `createSpill: ${option}`);
  });
}
