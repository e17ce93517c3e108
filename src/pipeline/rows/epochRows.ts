import { concat, defer, identity, map, type Observable, type OperatorFunction, of, tap } from 'rxjs';
import { permuteRows } from '../../batch/permuteRows.ts';
import { shuffle } from '../../batch/shuffle.ts';
import type { Spill } from '../../batch/spill.ts';
import { splitRows } from '../../batch/splitRows.ts';
import type { Position, Rows } from '../../batch/types.ts';
import { windowRows } from '../../batch/windowRows.ts';
import { deriveColumns } from '../../preprocess/derive/deriveColumns.ts';
import { type EncodedBatch, encode } from '../../preprocess/encode/encode.ts';
import type { Batch } from '../../source/types.ts';
import type { BadRowPass } from '../badRows/badRows.ts';
import type { Assembly } from '../run/assemble.ts';
import { keepHeldOut } from './heldOut.ts';
import type { KeptBatch, KeptReading } from './keepReading.ts';
import { rowWait } from './rowWait.ts';
import { windowMB } from './windowMB.ts';

/**
 * Rows that are still in memory when they are needed again, so that they are not read again. A run ends with the same bits with them and
 * without: a run that was resumed has none at first.
 */
export interface KeptRows {
  /** What was read for fitting, until the first epoch has taken it. */
  reading?: KeptReading;
  /** The training side encoded, where it fits into one window. */
  training?: Rows;
  /** The held-out rows as `encode` gives them, where they are few. */
  heldOut?: readonly EncodedBatch[];
}

/** Where the training rows of an epoch come from, and their windows. */
export interface EpochRows {
  /**
   * - `memory`: all of them are one window, which the epoch before has left in memory
   * - `disk`: they have been dealt to disk
   * - `fitting`: they are what was read for fitting, in memory until now
   * - `source`: they are read from the source
   */
  readonly from: 'memory' | 'disk' | 'fitting' | 'source';
  /** Encoded rows, shuffled where the pipeline asks for it. */
  readonly windows$: Observable<Rows>;
}

/** Chooses where the training rows of an epoch come from, from a position on. What was read for fitting is given to one epoch alone. */
export function epochRows(assembly: Assembly, at: Position): EpochRows {
  const { kept, spill } = assembly;
  if (kept.training) return windowInMemory(assembly, kept.training, at);
  if (spill?.isDealt) return rowsOnDisk(assembly, spill, at);
  const { reading } = kept;
  kept.reading = undefined;
  return reading && at.cursor === null ? rowsOfFitting(assembly, reading, at) : rowsOfSource(assembly, at);
}

/** The same rows as in the epoch before, in another order. */
function windowInMemory({ pipeline }: Assembly, rows: Rows, { epoch }: Position): EpochRows {
  const again = { ...rows, place: { ...rows.place, epoch } };
  return { from: 'memory', windows$: of(rows.order ? permuteRows(again, pipeline.seed) : again) };
}

function rowsOnDisk({ gate }: Assembly, spill: Spill, at: Position): EpochRows {
  return { from: 'disk', windows$: gate.draw(() => spill.draw(at)) };
}

/** What fitting has read, split and derived. The memory of each record batch is given back when it has been processed. */
function rowsOfFitting(assembly: Assembly, { training }: KeptReading, at: Position): EpochRows {
  const { gate, counting, spill } = assembly;
  const batch$ = defer(() => {
    counting.mark(null);
    return gate
      .draw(() => letGo(training))
      .pipe(
        map(({ batch, rowsRead }) => {
          if (!spill) counting.mark(batch.cursor);
          counting.counters.rowsRead += rowsRead;
          return batch;
        }),
      );
  });
  return { from: 'fitting', windows$: batch$.pipe(intoWindows(assembly, at, firstPass(assembly, at))) };
}

/** A generator goes on when the one before has been processed. */
async function* letGo(batches: KeptBatch[]): AsyncGenerator<KeptBatch> {
  batches.reverse();
  for (let kept = batches.pop(); kept; kept = batches.pop()) {
    yield kept;
    kept.batch.release?.();
  }
}

/** Reads the source, and keeps what the validation and the epochs to come need again. */
function rowsOfSource(assembly: Assembly, at: Position): EpochRows {
  const { pipeline, gate, split, columns, counting, kept, spill, badRows } = assembly;
  const { source, derive } = pipeline;
  const { mode } = badRows;
  const pass = firstPass(assembly, at);
  const keeps = at.cursor === null && split.validation > 0 && !kept.heldOut;
  const sees = pass !== undefined && mode === 'return' && split.validation > 0;
  const batch$ = defer(() => {
    if (pass && at.cursor === null) {
      counting.mark(null);
      badRows.writer?.cut(0);
    }
    return gate.open(source, {
      ...{ columns, from: at.cursor, badRows: mode, release: true },
      ...(at.last !== undefined && { used: at.last }),
    });
  }).pipe(
    pass && !spill ? tap(({ cursor }) => counting.mark(cursor)) : identity,
    pass?.see ?? identity,
    keeps || sees
      ? keepHeldOut(assembly, { ...(!keeps && { maxBytes: 0 }), ...(pass && { note: pass.note() }) })
      : identity,
    splitRows({ ...split, side: 'training' }),
    deriveColumns(derive, { badRows: mode }),
  );
  return { from: 'source', windows$: batch$.pipe(intoWindows(assembly, at, pass)) };
}

/** Rows that cannot be used, and what encoding replaces, are counted in the first epoch, each once; in the others they are left out in silence. */
function firstPass({ badRows, counting }: Assembly, { epoch }: Position): BadRowPass | undefined {
  return epoch === 0 ? badRows.pass(counting.counters) : undefined;
}

/**
 * Encodes the training side, and puts it into windows: dealt to disk, whole, before the first of them, where it outgrows memory, and kept for
 * the epochs to come, where all of it is one window.
 */
function intoWindows(assembly: Assembly, at: Position, pass: BadRowPass | undefined): OperatorFunction<Batch, Rows> {
  const { pipeline, preprocessor, counting, kept, spill, badRows, waiting, onReading } = assembly;
  const { seed, epochs, batch } = pipeline;
  const { layout } = preprocessor;
  const { epoch } = at;
  const window = { memoryMB: windowMB(pipeline), order: pipeline.shuffle ? 'shuffled' : 'stream' } as const;
  let readRows = 0;
  const report = ({ n }: EncodedBatch) => {
    readRows += n;
    onReading?.({ what: spill ? 'dealing to disk' : 'reading', rows: readRows, totalRows: undefined });
  };
  const over = tap<Rows>(() => onReading?.(undefined));
  return (batch$) => {
    const encoded$ = batch$.pipe(
      encode(preprocessor, { counters: pass && counting.counters, badRows: badRows.mode, reuse: true }),
      pass?.noteToEnd() ?? identity,
      onReading ? tap(report) : identity,
    );
    if (spill) return concat(encoded$.pipe(spill.deal), rowsOnDisk(assembly, spill, at).windows$).pipe(over);
    // What was trained on before the break comes again.
    waiting.rows = -(at.skip + at.offset);
    return encoded$.pipe(
      tap(({ n }) => {
        waiting.rows += n;
      }),
      shuffle({ ...window, layout, seed, epoch, from: at, batch, wait: rowWait(assembly), reuse: true }),
      tap((rows) => {
        // A first window that is not full is the only one.
        const isAll = rows.place.window === 0 && rows.length < windowRows(window.memoryMB, layout);
        const { release: _, ...own } = rows;
        if (isAll && epoch + 1 < epochs) kept.training = own;
      }),
      over,
    );
  };
}
