import { createSpill, type Spill } from '../../batch/spill.ts';
import { windowRows } from '../../batch/windowRows.ts';
import type { RowLayout } from '../../preprocess/types.ts';
import type { Pipeline } from '../declare/pipeline.ts';

export interface OpenSpillOptions {
  readonly layout: RowLayout;
  /** Rows of the training side. */
  readonly trainingRows: number;
  /** The run's folder. */
  readonly directory: string;
}

/**
 * What deals the training side to disk, where the pipeline asks for it and the rows outgrow the window; nothing is written yet.
 *
 * @throws SpillError where the rows take more disk than they may, or are too many for the memory
 */
export function openSpill(
  { shuffle, seed }: Pick<Pipeline, 'shuffle' | 'seed'>,
  { layout, trainingRows, directory }: OpenSpillOptions,
): Spill | undefined {
  if (!shuffle) return undefined;
  const { memoryMB, spill } = shuffle;
  if (!spill || trainingRows <= windowRows(memoryMB, layout)) return undefined;
  return createSpill({ directory, ...(spill === true ? {} : spill), memoryMB, layout, rows: trainingRows, seed });
}
