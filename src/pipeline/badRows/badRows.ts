import { type MonoTypeOperatorFunction, map, tap } from 'rxjs';
import type { Run } from '../../sink/types.ts';
import type { BadRow, Batch, OpenOptions } from '../../source/types.ts';
import { assertFewBadRows, type BadRowCount } from './assertFewBadRows.ts';
import { badRowMode } from './badRowMode.ts';
import type { BadRowPolicy } from './badRowPolicy.ts';
import type { BadRowWriter } from './badRowWriter.ts';

/** What is counted while a source is read through. */
export interface BadRowCounters {
  badRows: number;
  rowsRead: number;
  /** The length of the file of bad rows. */
  fileBytes: number;
}

/** Anything that tells of rows that cannot be used. */
interface WithBadRows {
  readonly refused?: readonly BadRow[];
}

/** One reading of a source, in which each bad row is told of once. */
export interface BadRowPass {
  /** Stands before all: counts rows, and says where they are when the source does not. */
  readonly see: MonoTypeOperatorFunction<Batch>;
  /** Stands where rows have been refused: counts and writes them, and fails where they are too many. */
  note<T extends WithBadRows>(): MonoTypeOperatorFunction<T>;
  /** The same on the main way, which is over when all has been read. */
  noteToEnd<T extends WithBadRows>(): MonoTypeOperatorFunction<T>;
}

/** The rows of one run that cannot be used. */
export interface BadRows {
  /** What sources and operators shall do with such a row. */
  readonly mode: NonNullable<OpenOptions['badRows']>;
  /** Undefined where they are not written down. */
  readonly writer: BadRowWriter | undefined;
  /** A reading of the source that counts. */
  pass(counters: BadRowCounters): BadRowPass;
}

export interface BadRowsOptions {
  readonly policy: BadRowPolicy | 'fail';
  /** The source's name. */
  readonly source: string;
  readonly writer?: BadRowWriter | undefined;
  readonly log?: Run['log'] | undefined;
}

export function noBadRows(): BadRowCounters {
  return { badRows: 0, rowsRead: 0, fileBytes: 0 };
}

/** Keeps to a pipeline's policy. */
export function createBadRows({ policy, source, writer, log }: BadRowsOptions): BadRows {
  let example: string | undefined;

  function check(count: BadRowCount, isAll: boolean): void {
    if (policy !== 'fail') assertFewBadRows(source, count, policy, isAll, example);
  }

  function take(rows: readonly BadRow[], counters: BadRowCounters): void {
    if (!example && rows.length > 0) {
      example = describe(rows[0]);
      log?.('warn', `left out: ${example}. Further rows that cannot be used are counted`);
    }
    counters.badRows += rows.length;
    writer?.write(rows);
    counters.fileBytes = writer?.bytes ?? 0;
    check(counters, false);
  }

  return {
    mode: badRowMode({ badRows: policy }),
    writer,
    pass(counters) {
      /** Whether the record batch that is on its way has come before. */
      let isKnown = false;
      const note = ({ refused }: WithBadRows): void => {
        if (refused && !isKnown) take(refused, counters);
      };
      return {
        see: map((batch) => {
          const first = counters.rowsRead;
          const { records, selected, refused = [], origin, isRepeated = false } = batch;
          isKnown = isRepeated;
          if (!isKnown) counters.rowsRead += (selected?.length ?? records.numRows) + refused.length;
          return origin
            ? batch
            : { ...batch, origin: { file: source, row: (at: number) => first + at, isCounted: true } };
        }),
        note: <T extends WithBadRows>() => tap<T>(note),
        noteToEnd: <T extends WithBadRows>() => tap<T>({ next: note, complete: () => check(counters, true) }),
      };
    },
  };
}

function describe({ file, row, byte, reason }: BadRow): string {
  return `${file}, row ${row}${byte === undefined ? '' : `, byte ${byte}`}: ${reason}`;
}
