import { integer } from '../../options/bounds.ts';
import { checkOption } from '../../options/checkOptions.ts';
import { checkVocabulary, type Vocabulary, type VocabularyOptions } from './vocabularyOptions.ts';

export interface EmbeddingFeature extends Vocabulary {
  readonly kind: 'embedding';
  /** Numbers that are learned for each category. */
  readonly width: number;
}

/**
 * A column of categories (strings, numbers or booleans), each a row of a learned table. Row 0 is for categories that fitting has
 * not seen or not seen often enough; with `missing: 'category'` row 1 is for nulls; then the categories, as in `oneHot`.
 *
 * Rare categories train row 0 where `maxSize` or `minCount` leaves some out; otherwise it keeps its first values.
 * @param width numbers a category; an integer, at least 1
 * @throws OptionError where the width or an option is out of bounds
 * @example embedding(8, { minCount: 5 }).width //=> 8
 */
export function embedding(width: number, options: VocabularyOptions = {}): EmbeddingFeature {
  checkOption('embedding: width', width, integer({ least: 1 }));
  return { kind: 'embedding', width, ...checkVocabulary('embedding', options) };
}
