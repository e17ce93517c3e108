import type { ValueClass } from './doubt.ts';
import type { ValueStyle } from './valueStyle.ts';

/** A value that is not what its column is or may be meant to be. */
export interface OddValue {
  readonly column: string;
  readonly valueClass: ValueClass;
  readonly text: string;
  /** All words of the column that mostly stand for no value, where they are known. */
  readonly words?: readonly string[];
}

/** What to do about a value of some class: one sentence without a full stop; undefined where its class does not say. */
export function valueHint(
  { column, valueClass, text, words = [text] }: OddValue,
  style: ValueStyle,
): string | undefined {
  const isJson = !style.quotedNumbers;
  switch (valueClass) {
    case 'missing':
      return `${words.length > 1 ? 'Such words' : 'It'} mostly stand${words.length > 1 ? '' : 's'} for no value: give ${nullsWith(words, style)}`;
    case 'decimalComma':
      return isJson ? undefined : "It has a decimal comma: give decimal: ','";
    case 'thousands':
      return `Write numbers without separators of thousands${isJson ? '' : ", or give decimal: ',' where the comma is a decimal one"}`;
    case 'code':
    case 'plus':
      return `Integers with a zero or a plus before them are taken for codes: give ${typeOption(column, 'int64')} where they are numbers`;
    case 'long':
      return `It does not fit into 64 bits: give ${typeOption(column, 'float64')}, which rounds it`;
    case 'spaces':
      return isJson ? undefined : 'There are spaces around it: give trim: true';
    case 'quoted':
      return `What stands between quotes in JSON is a string: write numbers without, or derive them with derive('number', [${JSON.stringify(column)}], Number)`;
    default:
      return undefined;
  }
}

/** The option that gives a column its type. */
export function typeOption(column: string, type: string): string {
  return `types: { ${JSON.stringify(column)}: '${type}' }`;
}

/** The option that makes words stand for no value, beside those that do. */
export function nullsWith(words: readonly string[], { nulls }: ValueStyle): string {
  const all = [...nulls.map((word) => new TextDecoder().decode(word)), ...words];
  return `nulls: [${all.map((word) => JSON.stringify(word)).join(', ')}]`;
}
