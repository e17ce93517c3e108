import { defer, merge, type Observable, Subject, tap } from 'rxjs';
import { OptionError } from '../errors.ts';
import type { Network } from '../network/network.ts';
import type { Finding, RowLayout, TrainingEvent } from '../types.ts';
import { createExamination, type ExaminationState } from './health/examination.ts';
import { createTold, type ToldState } from './health/told.ts';

export interface HealthOptions {
  /**
   * Steps between two examinations; an integer, at least 1. The first step is examined too.
   * @default 200
   */
  readonly everySteps?: number;
  /**
   * How the rows are laid out: tells which feature a column of x belongs to.
   * @default none: features are not looked at
   */
  readonly layout?: RowLayout;
}

/** What health remembers over a break; plain JSON. */
export interface HealthState {
  readonly examination: ExaminationState;
  readonly told: ToldState;
}

/** The operator, and what it remembers. */
export interface Health {
  <Event extends TrainingEvent>(events$: Observable<Event>): Observable<Event | Finding>;
  snapshot(): HealthState;
  restore(state: HealthState): void;
}

/**
 * Watches a run and says what is wrong with it, where, why and what to try: lets every event through and emits findings before
 * the step that shows them. What a sink stores of the step then holds that they were told.
 *
 * It finds saturated and dead units, units that are copies of each other, gradients that vanish or explode, activations whose
 * variance shrinks or grows with depth, updates far too large or small, features far outside the range they were fitted on, and rows
 * that arrive in order. Each is told once in each place until it heals.
 *
 * It stands right after `update`, reads the network as the step has left it, and changes nothing. All subscriptions share what it
 * remembers: epochs are subscribed to one after another.
 *
 * @throws OptionError where `everySteps` is not an integer of at least 1
 * @example steps$.pipe(health(network, { everySteps: 200, layout: preprocessor.layout }), filter(({ kind }) => kind === 'finding'))
 */
export function health(network: Network, { everySteps = 200, layout }: HealthOptions = {}): Health {
  if (!Number.isSafeInteger(everySteps) || everySteps < 1) {
    throw new OptionError({
      where: 'health: everySteps',
      expected: 'an integer of at least 1',
      received: `${everySteps}`,
    });
  }
  const examination = createExamination(network, { everySteps, layout });
  const told = createTold();

  function operator<Event extends TrainingEvent>(events$: Observable<Event>): Observable<Event | Finding> {
    return defer(() => {
      examination.begin();
      // Findings are rare: beside the stream they cost its steps less than an observable for each step would.
      const news$ = new Subject<Finding>();
      const watched$ = events$.pipe(
        tap({
          next(event) {
            const found = event.kind === 'step' ? examination.follow(event) : undefined;
            if (found === undefined) return;
            const { step, epoch } = event;
            for (const diagnosis of told.news(found)) news$.next({ kind: 'finding', step, epoch, ...diagnosis });
          },
          complete: () => news$.complete(),
        }),
      );
      return merge(news$, watched$);
    });
  }

  return Object.assign(operator, {
    snapshot: () => ({ examination: examination.snapshot(), told: told.snapshot() }),
    restore(state: HealthState) {
      examination.restore(state.examination);
      told.restore(state.told);
    },
  });
}
