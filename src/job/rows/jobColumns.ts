import { columnsToRead } from '../../pipeline/rows/columnsToRead.ts';
import { sourceColumns } from '../../preprocess/derive/sourceColumns.ts';
import { pickColumns } from '../../source/pickColumns.ts';
import type { Check, Job } from '../types.ts';

/** A column whose values make slices, and the metrics that are wanted of these; all where undefined. */
export interface Slicing {
  readonly by: string;
  readonly metrics?: readonly string[];
}

/** The columns of the source that a run reads. */
export interface JobColumns {
  /** Those of the pipeline, that of time and those of slices, in the order of the source. */
  readonly all: readonly string[];
  /** What the checks look at in slices. */
  readonly slices: readonly Slicing[];
}

/**
 * @throws SchemaError where the source has no such column, with the ones that are spelt nearly so
 */
export async function jobColumns({ pipeline, data, checks }: Job, signal?: AbortSignal): Promise<JobColumns> {
  const read = await columnsToRead(pipeline, signal);
  const slices = slicesOf(checks);
  const schema = await pipeline.source.schema(signal);
  const others = [
    ...sourceColumns(
      pipeline.derive,
      slices.map(({ by }) => by),
    ),
    ...(data.by === undefined ? [] : [data.by]),
  ];
  pickColumns(pipeline.source.name, schema, others);
  const all = schema.fields.map(({ name }) => name).filter((name) => read.includes(name) || others.includes(name));
  return { all, slices };
}

/** A check that does not say which metric it looks at may look at all. */
function slicesOf(checks: readonly Check[]): Slicing[] {
  const columns = [...new Set(checks.flatMap(({ slicesBy }) => (slicesBy === undefined ? [] : [slicesBy])))];
  return columns.map((by) => {
    const metrics = checks.filter(({ slicesBy }) => slicesBy === by).map(({ metric }) => metric);
    return metrics.includes(undefined) ? { by } : { by, metrics: metrics as string[] };
  });
}
