import type { ParquetField, ParquetRow } from 'parquetjs-lite';
import type { EpochEnd, Report, Validation } from '../train/types.ts';

// Without statistics: nobody skips pages of so small a file, and their sets of distinct values cost memory.
const text: ParquetField = { type: 'UTF8', statistics: false };
const integer: ParquetField = { type: 'INT64', statistics: false };
const optionalNumber: ParquetField = { type: 'DOUBLE', optional: true, statistics: false };
const optionalInteger: ParquetField = { ...integer, optional: true };

/**
 * The columns of the metrics file: a report is one row, the end of an epoch another; a validation is one row for each metric, in the last
 * columns.
 */
export const metricFields = {
  kind: text,
  step: integer,
  epoch: integer,
  rows: integer,
  loss: optionalNumber,
  rowsPerSecond: optionalNumber,
  seconds: optionalNumber,
  learningRate: optionalNumber,
  gradientNorm: optionalNumber,
  inFlight: optionalInteger,
  waitMs: optionalNumber,
  computeMs: optionalNumber,
  sinkMs: optionalNumber,
  bottleneck: { ...text, optional: true },
  memoryBytes: optionalInteger,
  missing: optionalInteger,
  unseen: optionalInteger,
  badRows: optionalInteger,
  metric: { ...text, optional: true },
  value: optionalNumber,
  baseline: optionalNumber,
} as const satisfies Readonly<Record<string, ParquetField>>;

/** The rows that stand for an event. NaN and infinite numbers are left out: parquetjs-lite refuses NaN. */
export function metricRows(event: Report | Validation | EpochEnd): ParquetRow[] {
  if (event.kind !== 'validation') return [finite({ ...event })];
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
