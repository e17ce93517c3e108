import { percent } from '../../format/shares.ts';
import type { Diagnosis } from './diagnosis.ts';

/** What blocks of rows tell of one column: the label, or a feature. */
export interface BlockMeans {
  readonly name: string;
  readonly isLabel: boolean;
  /** Variance of the means of blocks of rows that came one after another. */
  readonly between: number;
  /** Mean variance within a block. */
  readonly within: number;
}

/** The share of a column's variance that lies between blocks: shuffled rows have none. A label moves the loss, so less of it does harm. */
const MOST_OF_FEATURE = 0.05;
const MOST_OF_LABEL = 0.02;
/** Standard deviations beyond what chance does to shuffled rows. */
const BEYOND_CHANCE = 8;
/** Blocks that are too few to tell. */
const LEAST_BLOCKS = 16;
const NAMED = 3;

/**
 * A stream whose rows arrive in order: the means of blocks of rows differ far more than those of shuffled rows would, whose variance is that
 * within a block over its rows.
 *
 *   share = v / (v + within), v = between - within / rows
 *   chance = sqrt(2 / blocks) / rows, the standard deviation of that share where rows are shuffled
 *
 * @param rows of a block, their mean number
 * @see Fisher 1925, Statistical Methods for Research Workers, chapter 7: intraclass correlation
 */
export function orderedStream(columns: readonly BlockMeans[], blocks: number, rows: number): Diagnosis | undefined {
  if (blocks < LEAST_BLOCKS) return undefined;
  const chance = Math.sqrt(2 / blocks) / rows;
  const found = columns
    .map(({ name, isLabel, between, within }) => {
      const varies = between - within / rows;
      return { name, isLabel, share: varies > 0 ? varies / (varies + within) : 0 };
    })
    .filter(({ isLabel, share }) => share > Math.max(isLabel ? MOST_OF_LABEL : MOST_OF_FEATURE, BEYOND_CHANCE * chance))
    .sort((a, b) => b.share - a.share);
  if (found.length === 0) return undefined;
  const names = [...new Set(found.map(({ name }) => name))].slice(0, NAMED);
  return {
    problem: 'orderedStream',
    measured: found[0].share,
    expected: `at most ${found[0].isLabel ? MOST_OF_LABEL : MOST_OF_FEATURE}`,
    message: `the stream arrives in order: ${percent(found[0].share)} of the variance of ${found[0].name} lies between blocks of rows${names.length > 1 ? `, and much of that of ${names.slice(1).join(' and ')}` : ''}; the network is trained on one kind of rows after another`,
    advice:
      'Raise shuffle.memoryMB until the window holds all rows, or deal them to disk with shuffle: { memoryMB, spill: true }',
    explains: ['learningRateTooHigh'],
  };
}
