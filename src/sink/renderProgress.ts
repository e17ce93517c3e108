import { formatNumber } from './formatNumber.ts';

/** What a progress bar shows. */
export interface ProgressState {
  readonly rows: number;
  /** Undefined where the source cannot tell: there is no bar then. */
  readonly totalRows: number | undefined;
  readonly rowsPerSecond: number | undefined;
  /** Mean loss of the last report. */
  readonly loss: number | undefined;
}

/**
 * A progress bar in one line: percent, bar, rows, throughput, loss and time left. What does not fit is left out, first the bar,
 * then the rest from the right.
 *
 * @param width columns of the terminal
 * @example renderProgress({ rows: 5, totalRows: 10, rowsPerSecond: 1, loss: 0.5 }, 40) // ' 50%  5 rows  1 rows/s  loss 0.5000'
 */
export function renderProgress({ rows, totalRows, rowsPerSecond, loss }: ProgressState, width: number): string {
  const share = totalRows === undefined ? undefined : totalRows === 0 ? 1 : Math.min(1, rows / totalRows);
  const parts = [`${formatNumber(rows)} rows`];
  if (rowsPerSecond !== undefined) parts.push(`${formatNumber(Math.round(rowsPerSecond))} rows/s`);
  if (loss !== undefined) parts.push(`loss ${formatNumber(loss)}`);
  if (share !== undefined && totalRows !== undefined && rowsPerSecond) {
    parts.push(`${formatSeconds(Math.max(0, totalRows - rows) / rowsPerSecond)} left`);
  }
  const percent = share === undefined ? '' : `${String(Math.floor(100 * share)).padStart(3)}%`;
  // The last column stays free: some terminals break the line behind it.
  const room = width - 1;
  const text = parts.join('  ');
  const cells = Math.min(30, room - percent.length - text.length - 4);
  if (share !== undefined && cells >= 5) {
    const full = Math.floor(cells * share);
    return `${percent}  ${'█'.repeat(full)}${'░'.repeat(cells - full)}  ${text}`;
  }
  let line = '';
  for (const part of percent ? [percent, ...parts] : parts) {
    const longer = line ? `${line}  ${part}` : part;
    if (longer.length > room) break;
    line = longer;
  }
  return line;
}

function formatSeconds(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
