import { readColumns } from '../../pipeline/readColumns.ts';
import { sourceColumns } from '../../preprocess/sourceColumns.ts';
import { pickColumns } from '../../source/pickColumns.ts';
import type { GateCheck, Job } from '../types.ts';
import type { Slicing } from './scoreModels.ts';

/** The columns of the source that a run reads. */
export interface JobColumns {
  /** Those of the pipeline, that of time and those of slices, in the order of the source. */
  readonly all: readonly string[];
  /** What the gate looks at in slices. */
  readonly slices: readonly Slicing[];
  /**
   * The columns whose hash decides on which side of the split a row is: named, since the default, all that are read, would depend on who
   * reads.
   */
  readonly splitBy: readonly string[];
}

/**
 * @throws SchemaError where the source has no such column, with the ones that are spelt nearly so
 */
export async function jobColumns({ pipeline, data, gate }: Job, signal?: AbortSignal): Promise<JobColumns> {
  const read = await readColumns(pipeline, signal);
  const slices = slicesOf(gate);
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
  return { all, slices, splitBy: pipeline.split.by ?? read };
}

/** A check that does not say which metric it looks at may look at all. */
function slicesOf(gate: readonly GateCheck[]): Slicing[] {
  const columns = [...new Set(gate.flatMap(({ slicesBy }) => (slicesBy === undefined ? [] : [slicesBy])))];
  return columns.map((by) => {
    const metrics = gate.filter(({ slicesBy }) => slicesBy === by).map(({ metric }) => metric);
    return metrics.includes(undefined) ? { by } : { by, metrics: metrics as string[] };
  });
}
