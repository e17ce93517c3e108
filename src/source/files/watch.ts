import { join } from 'node:path';
import type { Schema } from 'apache-arrow';
import { SchemaError, SourceError } from '../../errors.ts';
import type { Json } from '../../json.ts';
import { bound, number, oneOf, text } from '../../options/bounds.ts';
import { checkOption, checkOptions } from '../../options/checkOptions.ts';
import { changeable, changed, changedFile } from '../changed.ts';
import { assertConforms, conform } from '../combine/conform.ts';
import { describeSchema } from '../hashRecords.ts';
import { pickColumns } from '../pickColumns.ts';
import { textTypes } from '../text/columnType.ts';
import type { Batch, OpenOptions, Source, Tell } from '../types.ts';
import { type ArrivalChange, otherContent, sizeChange } from './arrivalChange.ts';
import { type Arrival, createArrivalJournal, digestOf } from './arrivalJournal.ts';
import { openBound, opened } from './files.ts';
import { type BadFiles, createNextFile } from './nextFile.ts';
import { watchReadFiles } from './readFiles.ts';
import { type FileLook, isSameLook, watchFolder } from './watchedFolder.ts';
import { placeOf } from './watchPlace.ts';
import { contentOf, given, readWhole, schemaWithRows } from './wholeFile.ts';

/** The options of `watch`. */
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
   * What becomes of a file that cannot be read to its end, or has other columns than the first: `fail` ends the run with an error that
   * names it; `skip` passes it over until it is another one; `quarantine` moves it to the folder `_quarantine` in the watched one. No row of it
   * is used, and the log says why. Rows that `badRows` leaves out are nothing that a file would be bad for.
   * @default 'fail'
   */
  readonly badFiles?: BadFiles;
  /**
   * The file that keeps the order in which files were read, so that it is the same after a break.
   * @default '.millrace-order' in the folder
   */
  readonly journal?: string;
}

/**
 * The rows of the files of a folder as they arrive, without an end: each file once, by the time it was last written and its name
 * among those that are there at the same time. Each must have the columns that are wanted, of types that fit into those of the first file that has
 * rows: narrower numbers, strings however they are encoded, nulls alone. Text is read with those types.
 *
 * A file is not read while it is still being written, nor while it has no rows. Before a row of it is used it is read to its end: see `badFiles`.
 * What is done to a file that was read is said in the log, and not read.
 *
 * The order in which they were read is kept in a journal, with a hash of what each was like; the cursor is the number of a file in it,
 * that file's cursor, and the beginning of the hash. To keep it small, remove journal and files that are done with together, and train anew.
 *
 * @param open makes the source of a file
 * @throws OptionError where an option is out of bounds
 * @throws SchemaError when it is read, where a file has not a column that is wanted, or of another type
 * @throws SourceError when it is read: no such folder, a journal that is none, a file whose rows come again that is gone or was changed since
 * @example watch('arrivals', parquet).name //=> 'watch arrivals'
 */
export function watch(folder: string, open: (path: string) => Source, options: WatchOptions = {}): Source {
  checkOption('watch: folder', folder, text('the path of a folder'));
  checkOption('watch: open', open, openBound('watch(folder, csv)'));
  checkOptions<WatchOptions>('watch', options, {
    pattern: text('a pattern'),
    since: bound('a valid Date', (value) => value instanceof Date && Number.isFinite(value.getTime())),
    pollMs: number({ above: 0 }),
    settleMs: number({ above: 0 }),
    badFiles: oneOf('fail', 'skip', 'quarantine'),
    journal: text('the path of a file'),
  });
  const { pattern = '*', since, pollMs = 1000, settleMs = 2000, badFiles = 'fail' } = options;
  const { journal = join(folder, '.millrace-order') } = options;
  const name = `watch ${folder}`;
  const order = createArrivalJournal(name, journal);
  const watched = watchFolder(name, folder, { pattern, since, settleMs, journal });
  const nextFile = createNextFile({ name, folder, watched, pollMs, badFiles });
  const readFiles = watchReadFiles(name, watched);

  /** The source that was made last: it knows what its file is like. */
  let made: { readonly file: string; readonly types: string; readonly source: Source } | undefined;
  /** The file that has told the columns before any was read: the first that will be. */
  let told: { readonly look: FileLook; readonly schema: Schema } | undefined;

  /** @param known the types that text is read with; as it tells them itself when absent */
  function sourceOf(file: string, known?: Schema): Source {
    const types = known ? describeSchema(known) : '';
    if (made?.file !== file || made.types !== types) {
      const source = opened('watch', open, join(folder, file));
      made = { file, types, source: known ? changed(source, { types: textTypes(known) }) : source };
    }
    return made.source;
  }

  /** The columns of the first file that was read and is there, or of the first that is to be. */
  async function columnsOf(signal: AbortSignal | undefined, tell: Tell): Promise<Schema> {
    for (;;) {
      signal?.throwIfAborted();
      const arrivals = await order.arrivals();
      for (const { file } of arrivals) if (await watched.look(file)) return sourceOf(file).schema(signal);
      if (told && isSameLook(await watched.look(told.look.file), told.look)) return told.schema;
      const read = new Set(arrivals.map(({ file }) => file));
      const found = await nextFile.find(({ file }) => schemaWithRows(sourceOf(file), signal), { read, signal, tell });
      if (!found) continue;
      told = { look: found.look, schema: found.checked };
      nextFile.putBack(found.look);
    }
  }

  async function* openAll({ from, used, ...options }: OpenOptions): AsyncGenerator<Batch> {
    const { signal, columns, tell = warn } = options;
    signal.throwIfAborted();
    const start = placeOf(name, from);
    const common = await columnsOf(signal, tell);
    const wanted = pickColumns(name, common, columns).schema;
    for (const { index, digest } of used ? [start, placeOf(name, used)] : [start]) await order.assertHas(index, digest);
    /** Files from this number on may have become others. */
    const free = used === undefined ? Number.POSITIVE_INFINITY : used === null ? 0 : placeOf(name, used).index + 1;

    /** From the first file the columns are told. */
    const fileOf = (file: string, index: number) => sourceOf(file, index === 0 ? undefined : common);

    /** The file as it is wanted, and its columns held to those of the first. */
    async function partOf(file: string, index: number): Promise<Source> {
      const source = fileOf(file, index);
      const theirs = await source.schema(signal);
      const where = `${name}: ${source.name}`;
      // The next time they are told from it.
      if (index === 0 && describeSchema(theirs) !== describeSchema(common)) {
        throw new SchemaError({ where, expected: describeSchema(common), received: describeSchema(theirs) });
      }
      assertConforms(where, theirs, common, columns);
      return conform(source, theirs, wanted);
    }

    /** Waits for a file to arrive, holds it to all that a run wants of it, and adds it to the journal. */
    async function arrive(index: number, arrivals: readonly Arrival[]) {
      await readFiles.look(arrivals, tell);
      const read = new Set(arrivals.map(({ file }) => file));
      const found = await nextFile.find(
        async ({ file }) => {
          const part = await partOf(file, index);
          const through = await readWhole(part, options);
          return through && { part, ...through, sha256: await contentOf(fileOf(file, index), signal) };
        },
        { read, signal, tell },
        index === 0 ? told?.look.file : undefined,
      );
      if (!found) return undefined;
      const { look, checked } = found;
      await order.add({ file: look.file, sha256: checked.sha256, bytes: look.bytes });
      readFiles.note(look);
      return { ...checked, file: look.file };
    }

    let arrived: Awaited<ReturnType<typeof arrive>>;
    for (let index = start.index; ; ) {
      signal.throwIfAborted();
      const arrivals = await order.arrivals();
      const arrival = arrivals[index];
      if (!arrival) {
        arrived = await arrive(index, arrivals);
        continue;
      }
      const { file, sha256 } = arrival;
      const isFresh = arrived?.file === file && arrived.sha256 === sha256;
      const change = isFresh ? undefined : await changeOf(arrival, fileOf(file, index), signal);
      if (change && index < free) throw notAsBefore(file, change);
      if (change) {
        const then = change.isGone ? '' : ', and it is read as it is now';
        tell(`${name}: ${file}: ${change.received}; no row of it was used${then}`);
        await order.cut(index);
        continue;
      }
      const part = isFresh ? arrived!.part : await partOf(file, index);
      const look = isFresh ? undefined : await watched.look(file);
      if (look) readFiles.note(look);
      const inner = index === start.index ? start.inner : null;
      const kept = isFresh && inner === null ? arrived!.batches : undefined;
      for await (const batch of kept ? given(kept, signal) : part.open({ ...options, from: inner })) {
        yield { ...batch, cursor: [index, batch.cursor, digestOf(arrival)] };
      }
      index++;
    }
  }

  /** What has become of a file that was read; undefined where it is what it was. */
  async function changeOf(arrival: Arrival, source: Source, signal: AbortSignal): Promise<ArrivalChange | undefined> {
    const { file, sha256 } = arrival;
    const now = await watched.look(file);
    const change = sizeChange(arrival, now?.bytes, join(folder, file));
    if (change) return change;
    return (await contentOf(source, signal)) === sha256 ? undefined : otherContent;
  }

  function notAsBefore(file: string, { received, hint }: ArrivalChange): SourceError {
    const expected = 'the file as it was when it was read, since rows of it that were used come again';
    return new SourceError({ where: `${name}: ${join(folder, file)}`, expected, received, hint });
  }

  const schema = (signal?: AbortSignal) => columnsOf(signal, warn);
  const source: Source = {
    name,
    get reading() {
      return made?.source.reading;
    },
    unbounded: true,
    schema,
    // There is no end.
    rows: async () => undefined,
    // What arrives later does not make it another source; what becomes of files that were read does.
    async fingerprint(signal): Promise<Json> {
      const file = await readFiles.changed();
      const arrival = (await order.arrivals()).find((each) => each.file === file);
      if (file !== undefined && arrival) {
        const now = await watched.look(file);
        throw notAsBefore(file, sizeChange(arrival, now?.bytes, join(folder, file)) ?? otherContent);
      }
      return { format: 'watch', columns: describeSchema(await schema(signal)) };
    },
    open: openAll,
  };
  return changeable(source, (change) => {
    if (change.place !== undefined) return changedFile(open(change.place), change);
    return watch(folder, (path) => changed(open(path), change), options);
  });
}

const warn: Tell = (line) => process.emitWarning(line);
