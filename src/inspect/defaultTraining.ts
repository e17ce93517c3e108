import type { Category } from '../source/column/categoryTable.ts';
import type { InspectedTarget } from './types.ts';

/** How a network is trained of which nothing else is known than its table: every default of `millrace init` is here. */
export interface DefaultTraining {
  /** Units of the layers before the last one. */
  readonly hidden: readonly number[];
  /** The share of their outputs that is left out at random while it learns; 0 for numbers, whose spread it would change. */
  readonly dropout: number;
  readonly batch: number;
  readonly learningRate: number;
  /** The share of rows that are held out. */
  readonly validation: number;
  /** Epochs, at the most. */
  readonly epochs: number;
  /** What is watched, and how many validations it may be no better. */
  readonly metric: 'auc' | 'logLoss' | 'rmse';
  readonly patience: number;
  /** Whether the threshold is chosen for a class so rare that half is no good one. */
  readonly choosesThreshold: boolean;
  readonly seed: number;
}

/** With fewer rows of a class the AUC of the held-out ones is mostly chance, or not defined. */
const LEAST_OF_CLASS = 50;
const RARE = 0.1;

/** From so many rows on more units are better. */
const MANY_ROWS = 10_000;

/**
 * Chosen on tables of 200 to 16,000 rows, none of which is among those that docs/tables.md reports.
 *
 * @param rows of the whole table, as far as it is known
 */
export function defaultTraining(rows: number, { task, classes }: InspectedTarget): DefaultTraining {
  const labelled = classes.reduce((sum, [, count]) => sum + count, 0);
  const [, rarest] = classes.at(-1) ?? (['', Infinity] satisfies [Category, number]);
  const isRare = task === 'binary' && rarest < RARE * labelled;
  return {
    hidden: rows < MANY_ROWS ? [128, 128] : [256, 256, 256],
    dropout: task === 'regression' ? 0 : rows < MANY_ROWS ? 0.1 : 0.15,
    batch: rows < 5_000 ? 32 : rows < 50_000 ? 128 : rows < 500_000 ? 256 : 512,
    learningRate: 1e-3,
    validation: rows < 500_000 ? 0.2 : 0.05,
    epochs: rows < 500_000 ? 200 : 20,
    metric: task === 'regression' ? 'rmse' : task === 'binary' && rarest >= LEAST_OF_CLASS ? 'auc' : 'logLoss',
    patience: 16,
    choosesThreshold: isRare,
    seed: 1,
  };
}

/** How a column of categories is given to the network, by how many there are. */
export function defaultCategories(different: number): { readonly width: number; readonly minCount: number } {
  // One input each up to so many; beyond, learned numbers, and rare ones together.
  if (different <= 32) return { width: 0, minCount: 1 };
  return { width: different <= 300 ? 8 : 16, minCount: different <= 300 ? 1 : 3 };
}

/** Whether whole numbers are few enough, and frequent enough, for an input each: hours and months are no amounts. */
export function areCategories(different: number, rows: number): boolean {
  return different > 2 && different <= 32 && rows >= 50 * different;
}
