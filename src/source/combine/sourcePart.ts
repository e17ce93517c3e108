import type { Json } from '../../json.ts';
import type { Batch, Cursor, OpenOptions, Source } from '../types.ts';
import { batchRows, isEmpty, sliceBatch } from './sliceBatch.ts';

/** Where one of several sources stands: a cursor and the rows after it that were given; null at its end. */
export type PartPlace = readonly [Cursor, number] | null;

/** One of several sources that are read in turns. One record batch of it is held, so that its place is known. */
export interface SourcePart {
  /** Where the next rows stand, or null; reads on where that is not known. */
  place(): Promise<PartPlace>;
  /** The next rows, at most so many, where there is a place. Their cursor is for the caller to give. */
  take(rows: number, cursor: Cursor): Batch;
  /** Rows that can be taken at once; none where all of a record batch were refused, which is taken all the same. */
  ready(): number;
  close(): Promise<void>;
}

export function openPart(source: Source, options: Omit<OpenOptions, 'from'>, begin: PartPlace): SourcePart {
  let held: Batch | undefined;
  let given = begin?.[1] ?? 0;
  let isEnded = begin === null;
  /** Whether nothing of the record batch is left to be taken. */
  let isSpent = true;
  let batches: AsyncIterator<Batch> | undefined;

  return {
    async place() {
      while (!isEnded && isSpent) {
        // What was given of the first record batch is passed over; of the others nothing has been.
        if (held) given -= batchRows(held);
        batches ??= source.open({ ...options, from: begin![0] })[Symbol.asyncIterator]();
        const { done, value } = await batches.next();
        isEnded = done === true;
        held = done ? undefined : value;
        isSpent = held === undefined || isEmpty(held) || (given > 0 && given >= batchRows(held));
      }
      return isEnded ? null : [held!.cursor, given];
    },
    ready: () => (held ? batchRows(held) - given : 0),
    take(rows, cursor) {
      const end = Math.min(given + rows, batchRows(held!));
      const taken = sliceBatch(held!, given, end, cursor);
      given = end;
      isSpent = given >= batchRows(held!);
      return taken;
    },
    async close() {
      await batches?.return?.();
    },
  };
}

/** The place that a cursor's JSON stands for, or undefined where it is none. */
export function partPlace(json: Json | undefined): PartPlace | undefined {
  if (json === null) return null;
  if (!Array.isArray(json) || json.length !== 2) return undefined;
  const [cursor, given] = json as readonly Json[];
  return typeof given === 'number' && Number.isInteger(given) && given >= 0 ? [cursor!, given] : undefined;
}
