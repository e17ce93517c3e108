import {
  concat,
  concatMap,
  defer,
  EMPTY,
  identity,
  ignoreElements,
  type MonoTypeOperatorFunction,
  type Observable,
  range,
  takeWhile,
  tap,
} from 'rxjs';
import type { TrainingEvent } from '../types.ts';
import { assertSameSource } from './assertSameSource.ts';
import { trainEpoch, validateEpoch, validateSteps } from './epoch.ts';
import { loadHeldOut } from './keepHeldOut.ts';
import { type Phases, spending, timed } from './phases.ts';
import type { Prepared } from './prepare.ts';
import { beginningOf, follow } from './progress.ts';

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
  const { epochs, split, validateEverySteps } = pipeline;
  const first = progress.position.epoch;
  // Its held-out rows cannot be read after the epoch.
  const isOnce = pipeline.source.once && split.validation > 0;

  function oneEpoch(epoch: number): Observable<TrainingEvent> {
    const steps$ = trainEpoch(assembly, epoch === first ? progress.position : beginningOf(epoch)).pipe(
      validateEverySteps ? validateSteps(assembly, validateEverySteps) : identity<Observable<TrainingEvent>>,
      tap(observe),
      untilStopped(training),
      reporter.report,
      timed(phases, 'train'),
      spending(phases, assembly.gate),
    );
    // What was scored at the epoch's last step is not scored again.
    const isScored = () => training.stopped || progress.validation?.step === training.step;
    const validation$ = defer(() => (isScored() ? EMPTY : validateEpoch(assembly, epoch))).pipe(
      // The epoch is over: a checkpoint that is written now goes on with the next.
      tap((validation) => {
        observe(validation);
        advance(epoch);
      }),
      timed(phases, 'validate'),
    );
    return concat(
      // A run that is resumed has just been held to it.
      epoch === first && resumedAt !== undefined
        ? EMPTY
        : after(() => assertSameSource(pipeline.source, origin.fingerprint, signal)),
      steps$,
      split.validation > 0 ? validation$ : EMPTY,
      after(() => advance(epoch)),
    );
  }

  /** Early stopping and plateaus look at a validation before a sink does. */
  function observe(event: TrainingEvent): void {
    if (event.kind === 'validation' && training.observe(event) === 'better') progress.best = event;
  }

  function advance(epoch: number): void {
    if (training.stopped) return;
    progress.position = beginningOf(epoch + 1);
    counting.settle();
  }

  return concat(
    after(() => training.resumeTraining()),
    validateEverySteps || isOnce ? loadHeldOut(assembly).pipe(timed(phases, 'validate')) : EMPTY,
    range(first, Math.max(0, epochs - first)).pipe(
      concatMap((epoch) => defer(() => (training.stopped ? EMPTY : oneEpoch(epoch)))),
      tap((event) => {
        follow(progress, event);
        // Places that are behind are forgotten: an epoch may have no end.
        if (event.kind === 'report') counting.before(progress.position.cursor);
      }),
    ),
    after(() => training.restoreBest()),
  );
}

/** Completes after the step at which early stopping has said stop. */
function untilStopped(training: { readonly stopped: boolean }): MonoTypeOperatorFunction<TrainingEvent> {
  return takeWhile(({ kind }) => !(training.stopped && kind === 'step'), true);
}

/** Does something when its turn comes, and emits nothing. */
function after(action: () => void | Promise<void>): Observable<never> {
  return defer(async () => action()).pipe(ignoreElements());
}
