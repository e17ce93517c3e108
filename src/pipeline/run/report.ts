import { concatMap, defer, type Observable, of } from 'rxjs';
import { bottleneck } from '../../flow/bottleneck.ts';
import type { Gate } from '../../flow/gate.ts';
import { spentSince } from '../../flow/spentSince.ts';
import type { Spending } from '../../flow/types.ts';
import type { RunCounters } from '../../model/types.ts';
import { integer } from '../../options/bounds.ts';
import { checkOption } from '../../options/checkOptions.ts';
import type { Report, Step, TrainingEvent } from '../../train/types.ts';

export interface ReporterOptions {
  /** Steps between two reports; an integer, at least 1. */
  readonly everySteps: number;
  /** Whose record batches in flight and spending are told. */
  readonly gate: Pick<Gate, 'inFlight'> & Spending;
  /** What has been counted so far. */
  readonly counters: Pick<RunCounters, 'missing' | 'unseen' | 'badRows'>;
}

/** What a reporter must remember over a break, so that its windows are the same as without. */
export interface ReporterState {
  readonly lossSum: number;
  readonly rows: number;
}

export interface Reporter {
  /**
   * Lets every event through and, when one is due, emits a report before the step: what a sink stores of the step then holds that it was reported.
   */
  readonly report: <Event extends TrainingEvent>(events$: Observable<Event>) => Observable<Event | Report>;
  snapshot(): ReporterState;
  restore(state: ReporterState): void;
}

/**
 * Tells every `everySteps` steps how training goes. The loss is the mean over all rows since the last report, not that of the
 * last batch, which says little.
 *
 * @throws OptionError where `everySteps` is not an integer of at least 1
 */
export function createReporter({ everySteps, gate, counters }: ReporterOptions): Reporter {
  checkOption('createReporter: everySteps', everySteps, integer({ least: 1 }));
  let lossSum = 0;
  let rows = 0;

  return {
    report: <Event extends TrainingEvent>(events$: Observable<Event>) =>
      defer(() => {
        let since = performance.now();
        const spent = spentSince(gate);
        let rowsSince = 0;
        return events$.pipe(
          concatMap((event): Observable<Event | Report> => {
            if (event.kind !== 'step') return of(event);
            const step: Step = event;
            lossSum += step.loss * step.gradientRows;
            rows += step.gradientRows;
            rowsSince += step.gradientRows;
            if (step.step % everySteps !== 0) return of(event);
            const now = performance.now();
            const spending = spent();
            const report: Report = {
              kind: 'report',
              step: step.step,
              epoch: step.epoch,
              rows: step.rows,
              loss: lossSum / rows,
              rowsPerSecond: (1000 * rowsSince) / (now - since),
              learningRate: step.learningRate,
              gradientNorm: step.gradientNorm,
              inFlight: gate.inFlight,
              ...spending,
              bottleneck: bottleneck(spending),
              memoryBytes: process.memoryUsage.rss(),
              missing: counters.missing,
              unseen: counters.unseen,
              badRows: counters.badRows,
            };
            since = now;
            rowsSince = 0;
            lossSum = 0;
            rows = 0;
            return of<(Event | Report)[]>(report, event);
          }),
        );
      }),
    snapshot: () => ({ lossSum, rows }),
    restore(state) {
      ({ lossSum, rows } = state);
    },
  };
}
