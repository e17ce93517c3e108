import type { Sink } from '../../types.ts';
import type { TrainingMessage } from '../types.ts';

/** Real milliseconds between two messages. */
const everyMs = 250;

/** A sink that tells how far training has come, a few times a second. */
export function reportProgress(say: (message: TrainingMessage) => void): Sink {
  return {
    name: 'reportProgress',
    onError: 'log',
    open({ totalRows }) {
      let saidAt = Number.NEGATIVE_INFINITY;
      return {
        write(event) {
          if (event.kind !== 'step' || performance.now() - saidAt < everyMs) return;
          saidAt = performance.now();
          say({ kind: 'progress', step: event.step, rows: event.rows, totalRows: totalRows ?? event.rows });
        },
        close() {},
      };
    },
  };
}
