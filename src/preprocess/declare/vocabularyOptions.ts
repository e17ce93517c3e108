import { integer, oneOf } from '../../options/bounds.ts';
import { checkOptions } from '../../options/checkOptions.ts';

export interface VocabularyOptions {
  /**
   * The most categories that get a place of their own, the most frequent ones; an integer, at least 1.
   * @default all of them
   */
  readonly maxSize?: number;
  /**
   * How often a category must have been seen to get a place of its own; an integer, at least 1.
   * @default 1
   */
  readonly minCount?: number;
  /**
   * What a null (in a column of numbers: also NaN) counts as: like a category that was never seen; a category of its own; or a DataError.
   * @default 'unseen'
   */
  readonly missing?: 'unseen' | 'category' | 'error';
}

/** The options of a vocabulary, checked; `maxSize` null means all. */
export interface Vocabulary {
  readonly maxSize: number | null;
  readonly minCount: number;
  readonly missing: 'unseen' | 'category' | 'error';
}

/** Checks the options that `oneHot` and `embedding` have in common. */
export function checkVocabulary(where: string, options: VocabularyOptions): Vocabulary {
  checkOptions<VocabularyOptions>(where, options, {
    maxSize: integer({ least: 1 }),
    minCount: integer({ least: 1 }),
    missing: oneOf('unseen', 'category', 'error'),
  });
  const { maxSize = null, minCount = 1, missing = 'unseen' } = options;
  return { maxSize, minCount, missing };
}
