import {
  concat,
  defer,
  EMPTY,
  identity,
  ignoreElements,
  type MonoTypeOperatorFunction,
  map,
  type Observable,
  of,
  repeat,
  takeWhile,
  tap,
  throwIfEmpty,
} from 'rxjs';
import { improves, modeOf } from '../../optimizer/schedules/plateau.ts';
import { metricsFor } from '../../train/metrics/metricsFor.ts';
import type { Metric } from '../../train/metrics/types.ts';
import type { EpochEnd, TrainingEvent, Validation } from '../../train/types.ts';
import { trainEpoch, type Unjudged, validateEpoch, validateSteps } from '../rows/epoch.ts';
import { loadHeldOut } from '../rows/heldOut.ts';
import { nothingHeldOut, waitingFor } from '../rows/splitWarnings.ts';
import { assertSameSource } from './assertSameSource.ts';
import { type Phases, spending, timed } from './phases.ts';
import type { Prepared } from './prepare.ts';
import { beginningOf, follow } from './runProgress.ts';

/**
 * All that happens in a run from where it stands: the epochs that are still to come, each with its validation, until they are done
 * or early stopping ends them. Then the parameters are the best ones, where it has kept any.
 */
export function trainingEvents(
  { assembly, progress, origin, resumedAt }: Prepared,
  phases: Phases,
  signal?: AbortSignal,
): Observable<TrainingEvent> {
  const { pipeline, training, reporter, counting } = assembly;
  const { epochs, split, validateEverySteps, earlyStopping } = pipeline;
  const first = progress.position.epoch;
  // Its held-out rows cannot be read after the epoch.
  const isOnce = pipeline.source.once && split.validation > 0;
  const isBetter = betterBy(metricsFor(pipeline.target.kind)[0]);

  /** Early stopping and plateaus look at a validation before a sink does. */
  function judge(validation: Unjudged): Validation {
    const verdict = training.observe(validation);
    return { ...validation, isBest: earlyStopping ? verdict === 'better' : isBetter(validation, progress.best) };
  }

  function oneEpoch(epoch: number): Observable<TrainingEvent> {
    const began = performance.now();
    const before = { rows: training.rows, trainSeconds: phases.train };
    /** Early stopping has ended it at a validation within it, perhaps before a break. */
    let isStopped = training.stopped;
    const steps$ = trainEpoch(assembly, epoch === first ? progress.position : beginningOf(epoch)).pipe(
      validateEverySteps ? validateSteps(assembly, validateEverySteps, judge) : identity<Observable<TrainingEvent>>,
      untilStopped(training),
      reporter.report,
      timed(phases, 'train'),
      spending(phases, assembly.gate),
      tap({
        complete: () => {
          isStopped = training.stopped;
        },
      }),
    );
    // What was scored at the epoch's last step is not scored again.
    const isScored = () => isStopped || progress.validation?.step === training.step;
    const validation$ = defer(() =>
      isScored() ? EMPTY : validateEpoch(assembly, epoch).pipe(assertSome, map(judge)),
    ).pipe(timed(phases, 'validate'));

    function end(): Observable<EpochEnd> {
      // That validation may have been at its last step.
      if (isStopped && training.rows !== (epoch + 1) * (origin.trainingRows ?? Number.NaN)) return EMPTY;
      // A checkpoint that is written now goes on with the next.
      progress.position = beginningOf(epoch + 1);
      counting.settle();
      const { sum, rows } = progress.loss;
      if (progress.loss.epoch !== epoch + 1) return EMPTY;
      return of({
        kind: 'epoch',
        step: training.step,
        epoch: epoch + 1,
        rows: training.rows,
        loss: sum / rows,
        seconds: (performance.now() - began) / 1000,
        rowsPerSecond: (training.rows - before.rows) / (phases.train - before.trainSeconds || 1),
      });
    }

    if (isStopped) return defer(end);
    return concat(
      // A run that is resumed has just been held to it.
      epoch === first && resumedAt !== undefined
        ? EMPTY
        : after(() => assertSameSource(pipeline.source, origin.fingerprint, signal)),
      steps$,
      split.validation > 0 ? validation$ : EMPTY,
      defer(end),
    );
  }

  /** What waits for a validation would wait for ever. */
  const waits = waitingFor(pipeline);
  const assertSome: MonoTypeOperatorFunction<Unjudged> =
    waits === undefined ? identity : throwIfEmpty(() => nothingHeldOut(pipeline, training.rows, waits));

  let next = first;
  /** One begins when the one before is over: a list of all would be as long as their number, and so would be the way past those that are not run. */
  const epochs$ = defer(() => (next < epochs ? oneEpoch(next++) : EMPTY)).pipe(
    repeat({ delay: () => (next < epochs && !training.stopped ? of(null) : EMPTY) }),
  );

  return concat(
    after(() => training.resumeTraining()),
    validateEverySteps || isOnce ? loadHeldOut(assembly).pipe(timed(phases, 'validate')) : EMPTY,
    epochs$.pipe(
      tap((event) => {
        follow(progress, event);
        // Places that are behind are forgotten: an epoch may have no end.
        if (event.kind === 'report') counting.before(progress.position.cursor);
      }),
    ),
    after(() => training.restoreBest()),
  );
}

/** Says whether a validation is better than the best before it; it is where there was none, but never without the metric. */
function betterBy({ name, better }: Metric): (validation: Unjudged, best: Unjudged | null) => boolean {
  const mode = modeOf(better);
  return ({ metrics }, best) =>
    improves({ mode, minDelta: 0 }, best?.metrics[name] ?? null, metrics[name] ?? Number.NaN);
}

/** Completes after the step at which early stopping has said stop. */
function untilStopped(training: { readonly stopped: boolean }): MonoTypeOperatorFunction<TrainingEvent> {
  return takeWhile(({ kind }) => !(training.stopped && kind === 'step'), true);
}

/** Does something when its turn comes, and emits nothing. */
function after(action: () => void | Promise<void>): Observable<never> {
  return defer(async () => action()).pipe(ignoreElements());
}
