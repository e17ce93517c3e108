/**
 * What one word (four bytes) or run of words in an encoded row stands for:
 *
 * - `numbers`: `count` float32 words, for columns `column ...` of x
 * - `oneHot`: an int32 code below `size`; puts a 1 in column `column + code` of x
 * - `embedding`: an int32 code below `size`; that row of a learned table goes to columns `column ... column + width` of x
 * - `target`: a float32 word that is y: a number, 0 or 1, or the number of a class
 * - `weight`: a float32 word: how much the row counts in the loss
 */
export type Field = NumbersField | OneHotField | EmbeddingField | TargetField | WeightField;

interface FieldPlace {
  /** The feature or target it comes from. */
  readonly name: string;
  /** The first word in the row. */
  readonly word: number;
}

/** Columns of numbers in a row. */
export interface NumbersField extends FieldPlace {
  readonly kind: 'numbers';
  readonly column: number;
  readonly count: number;
}

/** A one-hot column in a row. */
export interface OneHotField extends FieldPlace {
  readonly kind: 'oneHot';
  readonly column: number;
  readonly size: number;
}

/** A category in a row that is looked up in a learned table. */
export interface EmbeddingField extends FieldPlace {
  readonly kind: 'embedding';
  readonly column: number;
  readonly size: number;
  readonly width: number;
}

/** The target in a row. */
export interface TargetField extends FieldPlace {
  readonly kind: 'target';
}

/** The weight of a row. */
export interface WeightField extends FieldPlace {
  readonly kind: 'weight';
}

/** How a row is laid out in words, and how wide the network's input is. */
export interface RowLayout {
  readonly words: number;
  /** Columns of x: numbers and one-hots first, embeddings after them. */
  readonly width: number;
  readonly fields: readonly Field[];
}
