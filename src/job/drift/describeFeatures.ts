import { identity, lastValueFrom, tap } from 'rxjs';
import { splitRows } from '../../batch/splitRows.ts';
import type { SplitRule } from '../../batch/types.ts';
import { createGate } from '../../flow/gate.ts';
import { takeUntilAborted } from '../../flow/takeUntilAborted.ts';
import { badRowMode } from '../../pipeline/badRows/badRowMode.ts';
import type { Pipeline } from '../../pipeline/declare/pipeline.ts';
import { columnsOfSplit } from '../../pipeline/declare/splitRule.ts';
import { columnUse } from '../../preprocess/declare/columnUses.ts';
import type { Feature } from '../../preprocess/declare/feature.ts';
import { deriveColumns } from '../../preprocess/derive/deriveColumns.ts';
import { selectNumbers } from '../../preprocess/encode/selectNumbers.ts';
import { columnData, findColumn } from '../../source/column/findColumn.ts';
import { readNumbers } from '../../source/column/readNumbers.ts';
import { failAt } from '../../source/column/rowError.ts';
import type { Batch, Source } from '../../source/types.ts';
import { countCategories } from './countCategories.ts';
import { countNumbers } from './countNumbers.ts';
import type { Distribution, Distributions } from './distribution.ts';

export interface DescribeOptions {
  readonly source: Source;
  /** Columns that are read: all that the pipeline needs. */
  readonly columns: readonly string[];
  /** Leaves out the rows that are held out by it; undefined to describe all rows. */
  readonly split?: SplitRule;
  /** Distributions whose bins are used, so that they can be compared with. */
  readonly known?: Distributions;
  readonly signal: AbortSignal;
}

/** How the features of a pipeline are distributed, as they are before they are scaled; vectors are left out. */
export async function describeFeatures(
  pipeline: Pipeline,
  { source, columns, split, known = {}, signal }: DescribeOptions,
): Promise<Distributions> {
  const { derive, features, ahead } = pipeline;
  const badRows = badRowMode(pipeline);
  const counts = Object.entries(features)
    .filter(([, { kind }]) => kind !== 'vector')
    .map(([name, feature]) => [name, countFeature(name, feature, known[name])] as const);
  const batch$ = createGate({ ahead })
    .open(source, { columns: split ? [...new Set([...columns, ...columnsOfSplit(split)])] : columns, badRows })
    .pipe(
      split ? splitRows({ ...split, side: 'training' }) : identity,
      deriveColumns(derive, { badRows }),
      tap((batch) => {
        for (const [, count] of counts) count.add(batch);
      }),
      takeUntilAborted(signal),
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
    add(batch) {
      const { records, selected } = batch;
      const found = findColumn(records.schema, use);
      counts.add(columnData(records, found.index), found.kind, selected, failAt(batch, 0));
    },
    finish: counts.finish,
  };
}
