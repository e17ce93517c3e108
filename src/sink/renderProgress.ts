import { shortNumber } from '../format/figures.ts';
import { formatSeconds } from '../format/times.ts';

/** What a progress bar shows. */
export interface ProgressState {
  /** What is going on: `fitting`, `epoch 2 of 10`; nothing when absent. */
  readonly what?: string;
  readonly rows: number;
  /** Undefined where the source cannot tell: there is no bar then. */
  readonly totalRows: number | undefined;
  readonly rowsPerSecond: number | undefined;
  /** Mean loss of the last report. */
  readonly loss?: number | undefined;
}

/**
 * A progress bar in one line: what is going on, percent, bar, rows, throughput, loss and time left. What does not fit is left out, first the
 * bar, then the rest from the right.
 *
 * @param width columns of the terminal
 * @example renderProgress({ rows: 5, totalRows: 10, rowsPerSecond: 1, loss: 0.5 }, 40) // ' 50%  5 rows  1 rows/s  loss 0.5000'
 */
export function renderProgress({ what, rows, totalRows, rowsPerSecond, loss }: ProgressState, width: number): string {
  const share = totalRows === undefined ? undefined : totalRows === 0 ? 1 : Math.min(1, rows / totalRows);
  const parts = [`${shortNumber(rows)} rows`];
  if (rowsPerSecond !== undefined) parts.push(`${shortNumber(Math.round(rowsPerSecond))} rows/s`);
  if (loss !== undefined) parts.push(`loss ${shortNumber(loss)}`);
  if (share !== undefined && totalRows !== undefined && rowsPerSecond) {
    parts.push(`${formatSeconds(Math.ceil(Math.max(0, totalRows - rows) / rowsPerSecond))} left`);
  }
  const percent = share === undefined ? '' : `${String(Math.floor(100 * share)).padStart(3)}%`;
  const begin = [what, percent].filter(Boolean).join(' ');
  // The last column stays free: some terminals break the line behind it.
  const room = width - 1;
  const text = parts.join('  ');
  const cells = Math.min(30, room - begin.length - text.length - 4);
  if (share !== undefined && cells >= 5) {
    const full = Math.floor(cells * share);
    return `${begin}  ${'█'.repeat(full)}${'░'.repeat(cells - full)}  ${text}`;
  }
  let line = '';
  for (const part of begin ? [begin, ...parts] : parts) {
    const longer = line ? `${line}  ${part}` : part;
    if (longer.length > room) break;
    line = longer;
  }
  return line;
}
