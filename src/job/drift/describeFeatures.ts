import { lastValueFrom, map, tap } from 'rxjs';
import { splitRows } from '../../batch/splitRows.ts';
import { createGate } from '../../flow/gate.ts';
import { badRowMode } from '../../pipeline/badRows/badRowMode.ts';
import type { Pipeline } from '../../pipeline/pipeline.ts';
import { untilAborted } from '../../pipeline/untilAborted.ts';
import { columnUse } from '../../preprocess/columnUses.ts';
import { deriveColumns } from '../../preprocess/deriveColumns.ts';
import type { Feature } from '../../preprocess/feature.ts';
import { columnData, findColumn } from '../../preprocess/findColumn.ts';
import { readNumbers } from '../../preprocess/readNumbers.ts';
import { selectNumbers } from '../../preprocess/selectNumbers.ts';
import type { Batch, Source } from '../../types.ts';
import { countCategories } from './countCategories.ts';
import { countNumbers } from './countNumbers.ts';
import type { Distribution, Distributions } from './distribution.ts';

export interface DescribeOptions {
  readonly source: Source;
  /** Columns that are read: all that the pipeline needs. */
  readonly columns: readonly string[];
  /** Leaves the held-out rows out, those whose hash of these columns says so; undefined to describe all rows. */
  readonly splitBy?: readonly string[];
  /** Distributions whose bins are used, so that they can be compared with. */
  readonly known?: Distributions;
  readonly signal: AbortSignal;
}

/** How the features of a pipeline are distributed, as they are before they are scaled; vectors are left out. */
export async function describeFeatures(
  pipeline: Pipeline,
  { source, columns, splitBy, known = {}, signal }: DescribeOptions,
): Promise<Distributions> {
  const { derive, features, split, seed, ahead } = pipeline;
  const badRows = badRowMode(pipeline);
  const counts = Object.entries(features)
    .filter(([, { kind }]) => kind !== 'vector')
    .map(([name, feature]) => [name, countFeature(name, feature, known[name])] as const);
  const batch$ = createGate({ ahead })
    .open(source, { columns, badRows })
    .pipe(
      splitBy ? splitRows({ ...split, by: splitBy, seed, side: 'training' }) : map((batch) => batch),
      deriveColumns(derive, { badRows }),
      tap((batch) => {
        for (const [, count] of counts) count.add(batch);
      }),
      untilAborted(signal),
    );
  await lastValueFrom(batch$, { defaultValue: undefined });
  signal.throwIfAborted();
  return Object.fromEntries(counts.map(([name, { finish }]) => [name, finish()]));
}

interface FeatureCounts {
  add(batch: Batch): void;
  finish(): Distribution;
}

function countFeature(name: string, { kind }: Feature, known: Distribution | undefined): FeatureCounts {
  const use = columnUse(kind, name);
  if (kind === 'numeric') {
    const counts = countNumbers(known?.kind === 'numbers' ? known.cuts : undefined);
    return {
      add({ records, selected }) {
        const numbers = readNumbers(columnData(records, findColumn(records.schema, use).index));
        counts.add(numbers, selectNumbers(numbers, selected));
      },
      finish: counts.finish,
    };
  }
  const counts = countCategories(use.where, known?.kind === 'categories' ? known.values : undefined);
  return {
    add({ records, selected }) {
      const found = findColumn(records.schema, use);
      counts.add(columnData(records, found.index), found.kind, selected);
    },
    finish: counts.finish,
  };
}
