import { defer, merge, type Observable, Subject, tap } from 'rxjs';
import type { Loss } from '../loss/loss.ts';
import type { Network } from '../network/network.ts';
import { flag, integer, objectOf } from '../options/bounds.ts';
import { checkOptions } from '../options/checkOptions.ts';
import type { RowLayout } from '../preprocess/types.ts';
import { createExamination, type ExaminationState } from './health/examination.ts';
import { createReportedProblems, type ReportedState } from './health/reportedProblems.ts';
import type { Finding, TrainingEvent } from './types.ts';

/** The options of `health`. */
export interface HealthOptions {
  /**
   * Steps between two examinations; an integer, at least 1. Steps 1, 2, 5, 10, 20, 50 and 100 are examined, too: what goes wrong goes wrong
   * soon.
   * @default 200
   */
  readonly everySteps?: number;
  /**
   * How the rows are laid out: tells which feature a column of x belongs to.
   * @default none: features are not looked at
   */
  readonly layout?: RowLayout;
  /**
   * Whether the parameters were trained before the first step: then nothing is said of first weights.
   * @default false
   */
  readonly trained?: boolean;
}

/** What health remembers over a break; plain JSON. */
export interface HealthState {
  readonly examination: ExaminationState;
  readonly reported: ReportedState;
}

/** The operator, and what it remembers. */
export interface Health {
  <Event extends TrainingEvent>(events$: Observable<Event>): Observable<Event | Finding>;
  snapshot(): HealthState;
  restore(state: HealthState): void;
}

/**
 * Watches a run and says what is wrong with it, where, why and what to try: lets every event through and emits findings before
 * the step that shows them. What a sink stores of the step then holds that they were reported.
 *
 * Causes come first, and what follows from a reported cause is not reported: of a learning rate that is too high, not that units have died of
 * it. Each is reported once in each place until it heals. docs/health.md has a table of all that it finds.
 *
 * It stands right after `update`, reads the network as the step has left it, and changes nothing. All subscriptions share what it
 * remembers: epochs are subscribed to one after another.
 *
 * @param loss the one that the steps were scored by
 * @throws OptionError where an option is unknown or out of bounds
 * @example steps$.pipe(health(network, loss, { layout: preprocessor.layout }), filter(({ kind }) => kind === 'finding'))
 */
export function health(network: Network, loss: Loss, options: HealthOptions = {}): Health {
  checkOptions<HealthOptions>('health', options, {
    everySteps: integer({ least: 1 }),
    layout: objectOf('the layout of the rows'),
    trained: flag,
  });
  const { everySteps = 200, layout, trained = false } = options;
  const examine = (begun: boolean) => createExamination(network, loss, { everySteps, layout, trained: begun });
  let examination = examine(trained);
  const reported = createReportedProblems();

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
            for (const { explains: _, ...diagnosis } of reported.news(found)) {
              news$.next({ kind: 'finding', step, epoch, ...diagnosis });
            }
          },
          complete: () => news$.complete(),
        }),
      );
      return merge(news$, watched$);
    });
  }

  return Object.assign(operator, {
    snapshot: () => ({ examination: examination.snapshot(), reported: reported.snapshot() }),
    restore(state: HealthState) {
      if (!('pace' in state.examination)) {
        // Of a run whose health did not remember its first steps: it goes on as one that was trained before.
        examination = examine(true);
        return;
      }
      examination.restore(state.examination);
      reported.restore(state.reported);
    },
  });
}
