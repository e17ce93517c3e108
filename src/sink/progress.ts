import { number } from '../options/bounds.ts';
import { checkOptions } from '../options/checkOptions.ts';
import { isAsked, isTerminal, type TextStream, textStreamBound } from './logger.ts';
import { type ProgressState, renderProgress } from './renderProgress.ts';
import type { Sink } from './types.ts';

export interface ProgressOptions {
  /** @default process.stderr */
  readonly stream?: TextStream;
  /**
   * Milliseconds at least between two drawings; at least 0.
   * @default 100
   */
  readonly everyMs?: number;
}

/**
 * Draws a progress bar with throughput, loss and time left, while the preprocessing is fitted and while the run goes on, and removes it at the
 * end. Writes nothing where the stream is no terminal, nor where the environment variable `LOG` asks for `json` or `quiet`.
 *
 * @throws OptionError where `everyMs` is negative
 * @example progress({ everyMs: 200 }).name //=> 'progress'
 */
export function progress(options: ProgressOptions = {}): Sink {
  checkOptions<ProgressOptions>('progress', options, { stream: textStreamBound, everyMs: number({ least: 0 }) });
  const { stream = process.stderr, everyMs = 100 } = options;
  const isShown = () => isTerminal(stream) && !isAsked('json') && !isAsked('quiet');
  const bar = createBar(stream, everyMs);

  return {
    name: 'progress',
    onError: 'log',
    reading(progress) {
      if (!isShown()) return;
      if (!progress) bar.clear();
      else bar.draw(progress);
    },
    open({ epochs, totalRows }) {
      if (!isShown()) return { write() {}, close() {} };
      let loss: number | undefined;
      /** Of the steps before the first report. */
      const early = { loss: 0, rows: 0 };
      return {
        write(event) {
          if (event.kind === 'report') loss = event.loss;
          if (event.kind !== 'step') return;
          if (loss === undefined) {
            early.loss += event.loss * event.gradientRows;
            early.rows += event.gradientRows;
          }
          const { epoch, rows } = event;
          const what = epochs > 1 ? `epoch ${epoch} of ${epochs}` : undefined;
          bar.draw({ ...(what && { what }), rows, totalRows, loss: loss ?? early.loss / early.rows });
        },
        close: bar.clear,
      };
    },
  };
}

/** A line at the bottom of a terminal that is drawn over itself. */
function createBar(stream: TextStream, everyMs: number) {
  let drawnAt = Number.NEGATIVE_INFINITY;
  // Throughput is that of this process: the rows of an earlier one were trained in its time.
  let first: { readonly rows: number; readonly at: number } | undefined;
  return {
    draw(state: Omit<ProgressState, 'rowsPerSecond'>): void {
      const now = performance.now();
      first ??= { rows: state.rows, at: now };
      if (now - drawnAt < everyMs) return;
      drawnAt = now;
      const rowsPerSecond = now > first.at ? (1000 * (state.rows - first.rows)) / (now - first.at) : undefined;
      stream.write(`\r\x1b[K${renderProgress({ ...state, rowsPerSecond }, stream.columns || 80)}`);
    },
    clear(): void {
      first = undefined;
      drawnAt = Number.NEGATIVE_INFINITY;
      stream.write('\r\x1b[K');
    },
  };
}
