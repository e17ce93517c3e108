import { createHash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Schema } from 'apache-arrow';
import { OptionError, SchemaError, SourceError } from '../../errors.ts';
import type { Batch, Cursor, Json, OpenOptions, Source } from '../../types.ts';
import { foreignCursor } from '../combine/foreignCursor.ts';
import { describeSchema } from '../hashRecords.ts';
import { pickColumns } from '../pickColumns.ts';
import { type Arrival, createArrivalJournal } from './arrivalJournal.ts';
import { toRegExp } from './listFiles.ts';

export interface WatchOptions {
  /**
   * The names of the files that are meant; `*` and `?` stand for any characters, but not for a dot or an underscore that begins a name.
   * @default '*'
   */
  readonly pattern?: string;
  /** Files last written before are passed over. */
  readonly since?: Date;
  /**
   * Milliseconds between two looks at the folder; a positive number.
   * @default 1000
   */
  readonly pollMs?: number;
  /**
   * Milliseconds for which a file must have stayed as it is before it is read; a positive number.
   * @default 2000
   */
  readonly settleMs?: number;
  /**
   * The file that keeps the order in which files were read, so that it is the same after a break.
   * @default '.millrace-order' in the folder
   */
  readonly journal?: string;
}

/**
 * The rows of the files of a folder as they arrive, without an end: each file once, by the time it was last written and its name
 * among those that are there at the same time. A file is not read while it is still being written. All must have the same columns of
 * the same types.
 *
 * The order in which they were read is kept in a journal, with a hash of what each was like; the cursor is the number of a file in it, and
 * that file's cursor. One reader a journal. To keep it small, remove journal and files that are done with together, and train anew.
 *
 * @param open makes the source of a file
 * @throws OptionError where an option is out of bounds
 * @throws SchemaError when it is read, where a file has other columns than the first
 * @throws SourceError when it is read: no such folder, a journal that is none, a file of the journal that is gone or was
 * changed since it was first read
 * @example watch('arrivals', parquet).name //=> 'watch arrivals'
 */
export function watch(
  folder: string,
  open: (path: string) => Source,
  {
    pattern = '*',
    since,
    pollMs = 1000,
    settleMs = 2000,
    journal = join(folder, '.millrace-order'),
  }: WatchOptions = {},
): Source {
  checkTime('watch: pollMs', pollMs);
  checkTime('watch: settleMs', settleMs);
  if (since !== undefined && !(since instanceof Date && Number.isFinite(since.getTime()))) {
    throw new OptionError({ where: 'watch: since', expected: 'a valid Date', received: `${since}` });
  }
  const name = `watch ${folder}`;
  const order = createArrivalJournal(name, journal);
  const fits = toRegExp(pattern);

  /** The source that was made last: it knows what its file is like. */
  let made: { readonly file: string; readonly source: Source } | undefined;

  function sourceOf(file: string): Source {
    if (made?.file !== file) made = { file, source: open(join(folder, file)) };
    return made.source;
  }

  /**
   * Waits until the journal has a file of that number.
   *
   * @throws SourceError where it is not as it was when it was first read
   */
  async function sourceAt(index: number, signal: AbortSignal | undefined): Promise<Source> {
    const { file, sha256 } = await arrivalAt(index, signal);
    const source = sourceOf(file);
    if ((await contentOf(source, signal)) === sha256) return source;
    throw new SourceError({
      where: `${name}: ${source.name}`,
      expected: 'the file to stay as it was when it was first read',
      received: 'a file that was changed since',
      hint: 'Write new data to a new file',
    });
  }

  async function arrivalAt(index: number, signal: AbortSignal | undefined): Promise<Arrival> {
    /** What unread files were like, and since when they have been so. */
    let seen = new Map<string, { readonly state: string; readonly since: number }>();
    for (;;) {
      signal?.throwIfAborted();
      const arrivals = await order.arrivals();
      const arrival = arrivals[index];
      if (arrival) return arrival;
      const now = performance.now();
      const found = await look(new Set(arrivals.map(({ file }) => file)));
      const next = new Map<string, { readonly state: string; readonly since: number }>();
      for (const { file, state } of found) {
        const before = seen.get(file);
        next.set(file, before?.state === state ? before : { state, since: now });
      }
      seen = next;
      const settled = found.filter(({ file }) => now - seen.get(file)!.since >= settleMs);
      // Later looks find the others; one at a time keeps the journal no longer than what was read.
      if (settled[0]) {
        const { file } = settled[0];
        await order.add({ file, sha256: await contentOf(sourceOf(file), signal) });
      } else {
        await wait(pollMs, undefined, signal ? { signal } : {}).catch((error) => {
          throw signal?.aborted ? signal.reason : error;
        });
      }
    }
  }

  /** The unread files, by the time they were last written and their names. */
  async function look(read: ReadonlySet<string>) {
    const names = await readdir(folder).catch((cause) => {
      throw new SourceError({ where: name, expected: 'a folder that can be read', received: cause.message, cause });
    });
    const found: { readonly file: string; readonly mtimeMs: number; readonly state: string }[] = [];
    for (const file of names) {
      if (read.has(file) || !fits.test(file)) continue;
      // One that has gone meanwhile is not meant.
      const entry = await stat(join(folder, file)).catch(() => undefined);
      if (!entry?.isFile() || (since && entry.mtimeMs < since.getTime())) continue;
      found.push({ file, mtimeMs: entry.mtimeMs, state: `${entry.size} ${entry.mtimeMs}` });
    }
    return found.sort((a, b) => a.mtimeMs - b.mtimeMs || (a.file < b.file ? -1 : 1));
  }

  async function schema(signal?: AbortSignal): Promise<Schema> {
    return (await sourceAt(0, signal)).schema(signal);
  }

  async function* openAll({ from, ...options }: OpenOptions): AsyncGenerator<Batch> {
    const { signal, columns } = options;
    signal.throwIfAborted();
    const [first, inner] = placeOf(name, from);
    const common = await schema(signal);
    pickColumns(name, common, columns);
    for (let i = first; ; i++) {
      const source = await sourceAt(i, signal);
      checkSame(name, common, await source.schema(signal), source.name);
      for await (const batch of source.open({ ...options, from: i === first ? inner : null })) {
        yield { ...batch, cursor: [i, batch.cursor] };
      }
    }
  }

  return {
    name,
    unbounded: true,
    schema,
    // There is no end.
    rows: async () => undefined,
    // What arrives later does not make it another source.
    fingerprint: async (signal): Promise<Json> => ({ format: 'watch', columns: describeSchema(await schema(signal)) }),
    open: openAll,
  };
}

async function contentOf(source: Source, signal: AbortSignal | undefined): Promise<string> {
  return createHash('sha256')
    .update(JSON.stringify(await source.fingerprint(signal)))
    .digest('hex');
}

function placeOf(name: string, from: Cursor | undefined): readonly [number, Cursor] {
  if (from === undefined || from === null) return [0, null];
  if (Array.isArray(from) && from.length === 2) {
    const [index, inner] = from as readonly Json[];
    if (typeof index === 'number' && Number.isSafeInteger(index) && index >= 0) return [index, inner!];
  }
  throw foreignCursor(name, from, 'the number of a file and its cursor');
}

function checkSame(where: string, schema: Schema, other: Schema, source: string): void {
  const [expected, received] = [describeSchema(schema), describeSchema(other)];
  if (expected === received) return;
  throw new SchemaError({
    where: `${where}: ${source}`,
    expected: `the columns of the first file (${expected})`,
    received,
  });
}

function checkTime(where: string, ms: number): void {
  if (ms > 0 && Number.isFinite(ms)) return;
  throw new OptionError({ where, expected: 'a positive number', received: `${ms}` });
}
