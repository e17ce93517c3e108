import type { ParquetField, ParquetRow } from 'parquetjs-lite';
import type { Report, Validation } from '../types.ts';

// Without statistics: nobody skips pages of so small a file, and their sets of distinct values cost memory.
const text: ParquetField = { type: 'UTF8', statistics: false };
const integer: ParquetField = { type: 'INT64', statistics: false };
const ofReports: ParquetField = { type: 'DOUBLE', optional: true, statistics: false };
const countOfReports: ParquetField = { ...integer, optional: true };

/**
 * The columns of the metrics file: a report is one row; a validation is one row for each metric, in the last three columns.
 */
export const metricFields = {
  kind: text,
  step: integer,
  epoch: integer,
  rows: integer,
  loss: ofReports,
  rowsPerSecond: ofReports,
  learningRate: ofReports,
  gradientNorm: ofReports,
  inFlight: countOfReports,
  waitMs: ofReports,
  computeMs: ofReports,
  sinkMs: ofReports,
  bottleneck: { ...text, optional: true },
  memoryBytes: countOfReports,
  missing: countOfReports,
  unseen: countOfReports,
  badRows: countOfReports,
  metric: { ...text, optional: true },
  value: ofReports,
  baseline: ofReports,
} as const satisfies Readonly<Record<string, ParquetField>>;

/** The rows that stand for a report or a validation. NaN and infinite numbers are left out: parquetjs-lite refuses NaN. */
export function metricRows(event: Report | Validation): ParquetRow[] {
  if (event.kind === 'report') return [finite({ ...event })];
  const { kind, step, epoch, rows, metrics, baseline } = event;
  return Object.entries(metrics).map(([metric, value]) =>
    finite({ kind, step, epoch, rows, metric, value, baseline: baseline[metric] }),
  );
}

function finite(row: ParquetRow): ParquetRow {
  return Object.fromEntries(
    Object.entries(row).filter(([, value]) => typeof value !== 'number' || Number.isFinite(value)),
  );
}
