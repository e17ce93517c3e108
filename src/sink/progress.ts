import { OptionError } from '../errors.ts';
import type { Sink } from '../types.ts';
import type { TextStream } from './logger.ts';
import { renderProgress } from './renderProgress.ts';

export interface ProgressOptions {
  /** @default process.stderr */
  readonly stream?: TextStream & { readonly columns?: number };
  /**
   * Milliseconds at least between two drawings; at least 0.
   * @default 100
   */
  readonly everyMs?: number;
}

/**
 * Draws a progress bar with throughput, loss and time left, and removes it at the end. Writes nothing where the stream is no
 * terminal.
 *
 * @throws OptionError where `everyMs` is negative
 * @example progress({ everyMs: 200 }).name //=> 'progress'
 */
export function progress({ stream = process.stderr, everyMs = 100 }: ProgressOptions = {}): Sink {
  if (!(everyMs >= 0)) {
    throw new OptionError({ where: 'progress: everyMs', expected: 'a number of at least 0', received: `${everyMs}` });
  }
  return {
    name: 'progress',
    onError: 'log',
    open({ totalRows }) {
      if (!stream.isTTY) return { write() {}, close() {} };
      let drawnAt = Number.NEGATIVE_INFINITY;
      let loss: number | undefined;
      // Throughput is that of this process: the rows of an earlier one were trained in its time.
      let first: { readonly rows: number; readonly at: number } | undefined;
      return {
        write(event) {
          if (event.kind === 'report') loss = event.loss;
          if (event.kind !== 'step') return;
          const now = performance.now();
          first ??= { rows: event.rows, at: now };
          if (now - drawnAt < everyMs) return;
          drawnAt = now;
          const { rows } = event;
          const rowsPerSecond = now > first.at ? (1000 * (rows - first.rows)) / (now - first.at) : undefined;
          stream.write(`\r\x1b[K${renderProgress({ rows, totalRows, rowsPerSecond, loss }, stream.columns || 80)}`);
        },
        close() {
          stream.write('\r\x1b[K');
        },
      };
    },
  };
}
