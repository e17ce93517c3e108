import type { Sink } from '../../types.ts';
import type { TrainingMessage } from '../types.ts';

/** Real milliseconds between two messages. */
const everyMs = 250;

/** A sink that tells how far training has come, a few times a second and at its end. */
export function reportProgress(say: (message: TrainingMessage) => void): Sink {
  return {
    name: 'reportProgress',
    onError: 'log',
    open({ totalRows }) {
      let saidAt = Number.NEGATIVE_INFINITY;
      let [step, rows, said] = [0, 0, 0];
      const tell = () => {
        saidAt = performance.now();
        said = step;
        say({ kind: 'progress', step, rows, totalRows: totalRows ?? rows });
      };
      return {
        write(event) {
          if (event.kind !== 'step') return;
          step = event.step;
          rows = event.rows;
          if (performance.now() - saidAt >= everyMs) tell();
        },
        close() {
          if (step > said) tell();
        },
      };
    },
  };
}
