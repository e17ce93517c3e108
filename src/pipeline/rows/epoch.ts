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
import { miniBatch } from '../../batch/miniBatch.ts';
import { shuffle } from '../../batch/shuffle.ts';
import { splitRows } from '../../batch/splitRows.ts';
import { takeRows } from '../../batch/takeRows.ts';
import type { Position } from '../../batch/types.ts';
import { DataError } from '../../errors.ts';
import type { Gate } from '../../flow/gate.ts';
import type { RunCounters } from '../../model/types.ts';
import { deriveColumns } from '../../preprocess/derive/deriveColumns.ts';
import { type EncodedBatch, encode } from '../../preprocess/encode/encode.ts';
import type { Batch } from '../../source/types.ts';
import { accumulate } from '../../train/accumulate.ts';
import { withCalibration } from '../../train/answers/calibration.ts';
import { answerChooser, areChosen } from '../../train/answers/chooseAnswers.ts';
import { backward } from '../../train/backward.ts';
import { type EvaluateOptions, evaluate, type Scores } from '../../train/evaluate.ts';
import { forward } from '../../train/forward.ts';
import { lossOf } from '../../train/lossOf.ts';
import { transformGradient } from '../../train/transformGradient.ts';
import type { Finding, Step, TrainingEvent, Validation } from '../../train/types.ts';
import { update } from '../../train/update.ts';
import { withAverage } from '../../train/withAverage.ts';
import type { Assembly } from '../run/assemble.ts';
import { createCounting } from '../run/counting.ts';
import { epochRows } from './epochRows.ts';
import { heldOutRows } from './heldOut.ts';
import { streamWindowMB } from './windowMB.ts';

/** The rows that are scored: those held out, or all of a source. */
export type Side = 'validation' | 'all';

/** Trains on the rows of an epoch from a position on: the chain that a declared pipeline stands for. */
export function trainEpoch(assembly: Assembly, from: Position): Observable<Step | Finding> {
  const { pipeline, gate, preprocessor, engine, network, training, health, waiting } = assembly;
  const { batch: size, loss, optimizer } = pipeline;
  const { layout } = preprocessor;
  return defer(() => epochRows(assembly, from).windows$).pipe(
    miniBatch({ size, engine, layout, gate, from }),
    forward(network, { mode: 'training' }),
    lossOf(loss, network),
    backward(network),
    accumulate(pipeline.accumulate, network),
    transformGradient(pipeline.gradient, network),
    update(network, optimizer, training),
    tap(({ gradientRows }) => {
      waiting.rows -= gradientRows;
    }),
    health ?? identity<Observable<Step | Finding>>,
  );
}

/** Who sees what is scored. */
export interface ScoreWatch {
  /** Sees the record batches as they are read. */
  readonly watch?: MonoTypeOperatorFunction<Batch>;
  readonly onOutput?: EvaluateOptions['onOutput'];
}

/**
 * Scores rows with the parameters as they are.
 *
 * @param counters are added to: what encoding these rows has replaced or not known, and those that cannot be used. Without, rows held out
 * are taken from the others before any work is done on them, and an error does not name their places in the stream
 */
export function scoreRows(
  assembly: Assembly,
  side: Side,
  counters?: RunCounters,
  { watch = identity, onOutput }: ScoreWatch = {},
): Observable<Scores> {
  const { pipeline, gate, split, columns, preprocessor, badRows } = assembly;
  const { source, derive } = pipeline;
  const { mode } = badRows;
  const pass = counters && badRows.pass(counters);
  return gate
    .open(side === 'all' ? source : heldOutRows(pipeline), { columns, badRows: mode, release: true })
    .pipe(
      watch,
      pass?.see ?? identity,
      side === 'all' ? identity : splitRows({ ...split, side }),
      side === 'all' || counters ? identity : map(({ refused: _, ...batch }) => takeRows(batch)),
      deriveColumns(derive, { badRows: mode }),
      encode(preprocessor, { counters, badRows: mode, reuse: true }),
      pass?.noteToEnd() ?? identity,
      scoreEncoded(assembly, gate, onOutput),
    );
}

function scoreEncoded(
  { pipeline, preprocessor, engine, network, training, answers }: Assembly,
  gate?: Gate,
  onOutput?: EvaluateOptions['onOutput'],
): OperatorFunction<EncodedBatch, Scores> {
  const { batch: size, loss, seed, metrics } = pipeline;
  const { layout, target } = preprocessor;
  const { threshold, calibration } = answers;
  const options = { metrics, ...(threshold !== null && { threshold }), ...(onOutput && { onOutput }) };
  return (encoded$) =>
    encoded$.pipe(
      shuffle({ memoryMB: streamWindowMB, order: 'stream', layout, seed, epoch: 0, reuse: true }),
      miniBatch({ size, engine, layout, gate }),
      evaluate(network, withCalibration(loss, calibration), target, options),
      withAverage(training),
    );
}

/** A validation that has not been held against those before. */
export type Unjudged = Omit<Validation, 'isBest'>;

/** Scores the held-out rows after an epoch, whose number is counted from 0. */
export function validateEpoch(assembly: Assembly, epoch: number): Observable<Unjudged> {
  const { kept, gate } = assembly;
  const side = 'validation';
  return choosing(assembly, epoch + 1, (onOutput) => {
    const read$ = scoreRows(assembly, side, undefined, { onOutput }).pipe(
      // Read once more, by those who know the place of the row.
      catchError((error) => {
        if (!(error instanceof DataError)) throw error;
        return scoreRows(assembly, side, createCounting().counters);
      }),
    );
    return kept.heldOut ? fromIterable(kept.heldOut).pipe(scoreEncoded(assembly, gate, onOutput)) : read$;
  });
}

/** Makes a validation of scores, and chooses threshold and calibration by the same rows where they are to be chosen. */
function choosing(
  { pipeline, preprocessor, training }: Assembly,
  epoch: number,
  score: (onOutput: EvaluateOptions['onOutput']) => Observable<Scores>,
): Observable<Unjudged> {
  return defer(() => {
    const { step } = training;
    const chooser = areChosen(pipeline)
      ? answerChooser(pipeline.loss, pipeline, preprocessor.target.classes)
      : undefined;
    return score(chooser?.add).pipe(
      map((scores): Unjudged => {
        const answers = chooser && { answers: chooser.result(step) };
        return { kind: 'validation', step, epoch, ...scores, ...answers };
      }),
    );
  });
}

/**
 * Scores the held-out rows, which must be in memory, after every `everySteps` steps. The validation comes before the step that it was due
 * at: what a sink stores of the step then holds that it was made. The step's output is overwritten.
 *
 * @param judge holds a validation against those before
 */
export function validateSteps(
  assembly: Assembly,
  everySteps: number,
  judge: (validation: Unjudged) => Validation,
): MonoTypeOperatorFunction<TrainingEvent> {
  const { kept } = assembly;
  return concatMap((event) => {
    const { heldOut } = kept;
    if (event.kind !== 'step' || event.step % everySteps !== 0 || !heldOut) return of(event);
    const score = (onOutput: EvaluateOptions['onOutput']) =>
      fromIterable(heldOut).pipe(scoreEncoded(assembly, undefined, onOutput));
    return concat(choosing(assembly, event.epoch, score).pipe(map(judge)), of(event));
  });
}
