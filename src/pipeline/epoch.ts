import {
  catchError,
  concat,
  concatMap,
  defer,
  from as fromIterable,
  identity,
  type MonoTypeOperatorFunction,
  map,
  type Observable,
  type OperatorFunction,
  of,
  tap,
} from 'rxjs';
import { miniBatch } from '../batch/miniBatch.ts';
import { permuteRows } from '../batch/permuteRows.ts';
import { shuffle } from '../batch/shuffle.ts';
import { splitRows } from '../batch/splitRows.ts';
import { takeRows } from '../batch/takeRows.ts';
import { windowRows } from '../batch/windowRows.ts';
import { DataError } from '../errors.ts';
import type { Gate } from '../flow/gate.ts';
import { deriveColumns } from '../preprocess/deriveColumns.ts';
import { type EncodedBatch, encode } from '../preprocess/encode.ts';
import { accumulate } from '../train/accumulate.ts';
import { backward } from '../train/backward.ts';
import { evaluate, type Score } from '../train/evaluate.ts';
import { forward } from '../train/forward.ts';
import { lossOf } from '../train/lossOf.ts';
import { transformGradient } from '../train/transformGradient.ts';
import { update } from '../train/update.ts';
import { withAverage } from '../train/withAverage.ts';
import type { Finding, Position, Rows, Step, TrainingEvent, Validation } from '../types.ts';
import type { Assembly } from './assemble.ts';
import { createCounting, type RunCounters } from './counting.ts';
import { heldOutRows } from './firstRows.ts';
import { keepHeldOut } from './keepHeldOut.ts';
import type { KeptWindow } from './keptRows.ts';
import { readSpilled } from './readSpilled.ts';
import { replay } from './replay.ts';
import { streamWindowMB, windowMB } from './windowMB.ts';

/** The rows that are scored: those held out, or all of a source. */
export type Side = 'validation' | 'all';

/** Trains on the rows of an epoch from a position on: the chain that a declared pipeline stands for. */
export function trainEpoch(assembly: Assembly, from: Position): Observable<Step | Finding> {
  const { pipeline, gate, preprocessor, engine, network, training, health, kept } = assembly;
  const { batch: size, loss, optimizer } = pipeline;
  const { layout } = preprocessor;
  return defer(() =>
    kept.training ? keptWindow(assembly, kept.training, from.epoch) : readWindows(assembly, from),
  ).pipe(
    miniBatch({ size, engine, layout, gate, from }),
    forward(network),
    lossOf(loss, network),
    backward(network),
    accumulate(pipeline.accumulate, network),
    transformGradient(pipeline.gradient, network),
    update(network, optimizer, training),
    health ?? identity<Observable<Step | Finding>>,
  );
}

/** Reads the training side in windows of encoded rows, and keeps what the validation and the epochs to come need again. */
function readWindows(assembly: Assembly, from: Position): Observable<Rows> {
  const { pipeline, gate, columns, preprocessor, counting, kept, spill, badRows } = assembly;
  const { source, derive, split, seed, epochs } = pipeline;
  const { layout } = preprocessor;
  const { epoch } = from;
  const window = { memoryMB: windowMB(pipeline), order: pipeline.shuffle ? 'shuffled' : 'stream' } as const;
  const { mode } = badRows;
  // Rows that cannot be used are told of in the first epoch, and left out in silence in the others.
  const first = epoch === 0 ? badRows.pass(counting.counters) : undefined;
  const keeps = from.cursor === null && split.validation > 0 && !kept.heldOut;
  const sees = first !== undefined && mode === 'return' && split.validation > 0;
  const again$ = defer(() => {
    if (from.cursor === null) {
      counting.mark(null);
      if (first) badRows.letters?.cut(0);
    }
    return gate.open(source, { columns, from: from.cursor, badRows: mode, release: true });
  }).pipe(
    spill ? identity : tap(({ cursor }) => counting.mark(cursor)),
    first?.see ?? identity,
    keeps || sees
      ? keepHeldOut(assembly, { ...(!keeps && { maxBytes: 0 }), ...(first && { note: first.note() }) })
      : identity,
    splitRows({ ...split, seed, side: 'training' }),
    deriveColumns(derive, { badRows: mode }),
  );
  const encoded$ = defer(() => {
    const { reading } = kept;
    kept.reading = undefined;
    return reading && from.cursor === null ? replay(assembly, reading) : again$;
  }).pipe(
    encode(preprocessor, { counters: counting.counters, badRows: mode, reuse: true }),
    first?.noteToEnd() ?? identity,
  );
  if (spill) return readSpilled(assembly, spill, from, encoded$);
  return encoded$.pipe(
    shuffle({ ...window, layout, seed, epoch, from, reuse: true }),
    tap((rows) => {
      // A first window that is not full is the only one.
      const isAll = rows.place.window === 0 && rows.length < windowRows(window.memoryMB, layout);
      const { release: _, ...own } = rows;
      if (isAll && epoch + 1 < epochs) kept.training = { rows: own, counts: counting.since(rows.place.cursor) };
    }),
  );
}

/** The same rows for another epoch. */
function keptWindow({ pipeline, counting }: Assembly, { rows, counts }: KeptWindow, epoch: number): Observable<Rows> {
  counting.mark(rows.place.cursor);
  counting.counters.missing += counts.missing;
  counting.counters.unseen += counts.unseen;
  const again = { ...rows, place: { ...rows.place, epoch } };
  return of(rows.order ? permuteRows(again, pipeline.seed) : again);
}

/**
 * Scores rows with the parameters as they are.
 *
 * @param counters are added to: what encoding these rows has replaced or not known, and those that cannot be used. Without, rows held out
 * are taken from the others before any work is done on them, and an error does not name their places in the stream
 */
export function scoreRows(assembly: Assembly, side: Side, counters?: RunCounters): Observable<Score> {
  const { pipeline, gate, columns, preprocessor, badRows } = assembly;
  const { source, derive, split, seed } = pipeline;
  const { mode } = badRows;
  const pass = counters && badRows.pass(counters);
  return gate
    .open(side === 'all' ? source : heldOutRows(pipeline), { columns, badRows: mode, release: true })
    .pipe(
      pass?.see ?? identity,
      side === 'all' ? identity : splitRows({ ...split, seed, side }),
      side === 'all' || counters ? identity : map(({ refused: _, ...batch }) => takeRows(batch)),
      deriveColumns(derive, { badRows: mode }),
      encode(preprocessor, { counters, badRows: mode, reuse: true }),
      pass?.noteToEnd() ?? identity,
      scoreEncoded(assembly, gate),
    );
}

function scoreEncoded(
  { pipeline, preprocessor, engine, network, training }: Assembly,
  gate?: Gate,
): OperatorFunction<EncodedBatch, Score> {
  const { batch: size, loss, seed } = pipeline;
  const { layout, target } = preprocessor;
  return (encoded$) =>
    encoded$.pipe(
      shuffle({ memoryMB: streamWindowMB, order: 'stream', layout, seed, epoch: 0, reuse: true }),
      miniBatch({ size, engine, layout, gate }),
      evaluate(network, loss, target),
      withAverage(training),
    );
}

/** Scores the held-out rows after an epoch. */
export function validateEpoch(assembly: Assembly, epoch: number): Observable<Validation> {
  const { kept, gate, training } = assembly;
  const kind = 'validation';
  const read$ = scoreRows(assembly, kind).pipe(
    // Read once more, by those who know the place of the row.
    catchError((error) => {
      if (!(error instanceof DataError)) throw error;
      return scoreRows(assembly, kind, createCounting().counters);
    }),
  );
  return defer(() => (kept.heldOut ? fromIterable(kept.heldOut).pipe(scoreEncoded(assembly, gate)) : read$)).pipe(
    map((score): Validation => ({ kind, step: training.step, epoch, ...score })),
  );
}

/**
 * Scores the held-out rows, which must be in memory, after every `everySteps` steps. The validation comes before the step that it was due
 * at: what a sink stores of the step then holds that it was made. The step's output is overwritten.
 */
export function validateSteps(assembly: Assembly, everySteps: number): MonoTypeOperatorFunction<TrainingEvent> {
  const { kept } = assembly;
  const kind = 'validation';
  return concatMap((event) => {
    if (event.kind !== 'step' || event.step % everySteps !== 0 || !kept.heldOut) return of(event);
    const { step, epoch } = event;
    return concat(
      fromIterable(kept.heldOut).pipe(
        scoreEncoded(assembly),
        map((score): Validation => ({ kind, step, epoch, ...score })),
      ),
      of(event),
    );
  });
}
