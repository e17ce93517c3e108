import { checkVocabulary, type Vocabulary, type VocabularyOptions } from './vocabularyOptions.ts';

export interface OneHotFeature extends Vocabulary {
  readonly kind: 'oneHot';
}

/**
 * A column of categories (strings, numbers or booleans), each a column of x that is 1 in its rows and 0 elsewhere.
 *
 * The first column is for categories that fitting has not seen or not seen often enough; with `missing: 'category'` the second is for
 * nulls; then the categories, the most frequent first, equally frequent ones by their value.
 *
 * @throws OptionError where an option is out of bounds
 * @example oneHot({ maxSize: 10 }).kind //=> 'oneHot'
 */
export function oneHot(options: VocabularyOptions = {}): OneHotFeature {
  return { kind: 'oneHot', ...checkVocabulary('oneHot', options) };
}
