import { shortNumber } from '../format/figures.ts';
import { sparkline } from '../format/sparkline.ts';
import { formatSeconds } from '../format/times.ts';
import type { EpochRow } from './pairEpochs.ts';
import type { Run } from './types.ts';

export interface EpochTable {
  /**
   * The names of the columns, or, where there is a row, its values.
   *
   * @param trend the watched metric of the validations so far, this one the last
   */
  line(row?: EpochRow, trend?: readonly number[]): string;
}

interface Column {
  readonly name: string;
  readonly width: number;
  readonly cell: (row: EpochRow, trend: readonly number[]) => string;
}

/**
 * A table of epochs in the width of a terminal: number, step, training loss, metrics, speed, time and, at the right, which is the best so far.
 * What there is no room for is left out, the last metrics first; then the trend of
 * the first, time, speed and step.
 *
 * @param metrics the names of the metrics, the one that is watched first
 */
export function epochTable({ epochs }: Pick<Run, 'epochs'>, metrics: readonly string[], width: number): EpochTable {
  const end = (cell: (end: NonNullable<EpochRow['end']>) => string) => (row: EpochRow) =>
    row.end ? cell(row.end) : '';
  const column = (name: string, least: number, cell: Column['cell']): Column => ({
    name,
    width: Math.max(name.length, least),
    cell,
  });
  const epoch = column('epoch', `${epochs}`.length, (row) => `${row.epoch}`);
  const step = column('step', 6, (row) => `${row.step}`);
  const loss = column(
    'loss',
    8,
    end((of) => shortNumber(of.loss)),
  );
  const scores = metrics.map((name) =>
    column(name, 8, ({ validation }) => {
      const value = validation?.metrics[name];
      return value === undefined ? '' : shortNumber(value);
    }),
  );
  const speed = column(
    'rows/s',
    6,
    end((of) => shortNumber(Math.round(of.rowsPerSecond))),
  );
  const time = column(
    'time',
    7,
    end((of) => formatSeconds(of.seconds)),
  );
  // Of the last eight validations; without a metric there is none.
  const trend = metrics.length === 0 ? [] : [column('trend', 8, (_, scores) => sparkline(scores.slice(-8)).padEnd(8))];
  // The mark behind a row is no column: it has no name.
  const mark = '  best';
  // The last column of the terminal stays free: some break the line behind it.
  const room = width - 1 - mark.length;
  // From the most to the least important.
  let taken = 0;
  const fits = [epoch, loss, ...scores.slice(0, 1), step, speed, time, ...trend, ...scores.slice(1)].filter((each) => {
    const needs = each.width + (taken > 0 ? 2 : 0);
    if (taken + needs > room) {
      taken = Number.POSITIVE_INFINITY;
      return false;
    }
    taken += needs;
    return true;
  });
  const shown = [epoch, step, loss, ...scores.slice(0, 1), ...trend, ...scores.slice(1), speed, time].filter((each) =>
    fits.includes(each),
  );
  return {
    line: (row, values = []) => {
      const cells = shown.map((each) => (row ? each.cell(row, values) : each.name).padStart(each.width)).join('  ');
      return row?.validation?.isBest ? `${cells}${mark}` : cells.trimEnd();
    },
  };
}
