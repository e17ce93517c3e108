import { createHash } from 'node:crypto';
import type { Json } from '../../json.ts';
import { hashRecords } from '../../source/hashRecords.ts';
import { pickColumns } from '../../source/pickColumns.ts';
import type { Batch, ColumnRange, OpenOptions, Source } from '../../source/types.ts';
import { selectRange } from './selectRange.ts';

export interface RangeSourceOptions {
  readonly range: ColumnRange;
  /** The columns that the fingerprint is made of. */
  readonly columns: readonly string[];
  /** What becomes of rows that cannot be read when it is. */
  readonly badRows: OpenOptions['badRows'];
  /** Record batches that were kept: the source may change meanwhile. It is read by default, and where columns are asked for that were not kept. */
  readonly read?: (options: OpenOptions) => AsyncIterable<Batch> | undefined;
  /** The fingerprint for a content of the source, where it is known. */
  readonly known?: { readonly part: string; readonly fingerprint: Json };
}

/**
 * The rows of a source that lie in a range of a column, read without what the source can leave out. Its fingerprint is that of these rows and
 * their cursors: rows that come to the source outside of the range do not change it.
 */
export function rangeSource(source: Source, { range, columns, badRows, read, known }: RangeSourceOptions): Source {
  const { column, after, until } = range;
  const name = `${source.name}, ${column} in (${exactTime(after)}, ${exactTime(until)}]`;
  let kept = known;
  /** Whether nothing else was read than what was kept. */
  let isKept = read !== undefined;

  async function* open({ columns: wanted, ...options }: OpenOptions): AsyncGenerator<Batch> {
    options.signal.throwIfAborted();
    const schema = await source.schema(options.signal);
    // Named here, so that an error has the name that the user knows.
    pickColumns(name, schema, wanted);
    pickColumns(name, schema, [column]);
    const inner = { ...options, ...(wanted && { columns: wanted.includes(column) ? wanted : [...wanted, column] }) };
    const replayed = read?.(inner);
    if (!replayed) isKept = false;
    for await (const batch of replayed ?? source.openRange?.(range, inner) ?? source.open(inner)) {
      const { batch: selected } = selectRange(batch, range);
      if (!selected) continue;
      const { records } = selected;
      yield { ...selected, records: pickColumns(name, records.schema, wanted).apply(records) };
    }
  }

  return {
    name,
    get reading() {
      return source.reading;
    },
    schema: (signal) => source.schema(signal),
    rows: async () => undefined,
    async fingerprint(signal = new AbortController().signal) {
      if (isKept && kept) return kept.fingerprint;
      const part = JSON.stringify(await source.fingerprint(signal));
      if (kept?.part === part) return kept.fingerprint;
      const hash = createRangeHash(range);
      for await (const batch of open({ signal, columns, badRows })) hash.add(batch);
      kept = { part, fingerprint: hash.fingerprint() };
      return kept.fingerprint;
    },
    open,
  };
}

/** Makes the fingerprint of rows as they are read. */
export function createRangeHash({ column, after, until }: ColumnRange) {
  const hash = createHash('sha256');
  let rows = 0;
  return {
    add({ records, selected, cursor }: Batch): void {
      const places = selected ? ` ${[...selected]}` : '';
      hash.update(`${JSON.stringify(cursor)} ${hashRecords(records.schema, [records])}${places}\n`);
      rows += selected?.length ?? records.numRows;
    },
    fingerprint: (): Json => ({
      format: 'range',
      column,
      after: exactTime(after),
      until: exactTime(until),
      rows,
      sha256: hash.copy().digest('hex'),
    }),
  };
}

function exactTime(time: number): string {
  return Math.abs(time) <= 8.64e15 ? new Date(time).toISOString() : `${time}`;
}
