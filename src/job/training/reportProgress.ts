import type { Sink } from '../../sink/types.ts';
import type { TrainingMessage } from '../types.ts';

/** Real milliseconds between two messages. */
const everyMs = 250;

/** A sink that tells how far training has come, a few times a second and at its end. */
export function reportProgress(send: (message: TrainingMessage) => void): Sink {
  return {
    name: 'reportProgress',
    onError: 'log',
    open({ totalRows }) {
      let reportedAt = Number.NEGATIVE_INFINITY;
      let [step, rows, reported] = [0, 0, 0];
      const report = () => {
        reportedAt = performance.now();
        reported = step;
        send({ kind: 'progress', step, rows, totalRows: totalRows ?? rows });
      };
      return {
        write(event) {
          if (event.kind !== 'step') return;
          step = event.step;
          rows = event.rows;
          if (performance.now() - reportedAt >= everyMs) report();
        },
        close() {
          if (step > reported) report();
        },
      };
    },
  };
}
