import type { Json } from '../json.ts';
import type { Category } from '../source/column/categoryTable.ts';
import type { FormatName } from '../source/formats.ts';
import type { NumberStyle } from './numberStyle.ts';

/** A value of a sample. An integer beyond 2^53 is its digits. */
export type SampledValue = string | number | boolean | null;

/** What the values of a column are. `texts` are words that hardly ever come twice; `other` is what no feature takes. */
export type InspectedKind =
  | 'integers'
  | 'numbers'
  | 'booleans'
  | 'categories'
  | 'dates'
  | 'texts'
  | 'lists'
  | 'nothing'
  | 'other';

/** What a column is for, as far as can be told. All but the first two stay out of the network. */
export type InspectedRole =
  | 'target'
  | 'feature'
  | 'id'
  | 'constant'
  | 'empty'
  | 'leak'
  | 'time'
  | 'text'
  | 'mixed'
  | 'unusable';

export interface InspectedColumn {
  readonly name: string;
  readonly kind: InspectedKind;
  readonly role: InspectedRole;
  /** One sentence for people, without a full stop. */
  readonly why: string;
  /** Rows of the sample without a value. */
  readonly missing: number;
  /** Different values in the sample. */
  readonly different: number;
  /** The most frequent values and how often they are there, the most frequent first; ten at the most. */
  readonly frequent: readonly (readonly [value: string, rows: number])[];
  /** Of numbers; of dates in milliseconds since 1970 UTC. */
  readonly least?: number;
  readonly most?: number;
  /** Words that stand for no value, as they are written; without nothing. */
  readonly words: readonly string[];
  /** How its numbers are written, where it is text. */
  readonly style?: NumberStyle;
  /** How its dates are written, where it is text that no reader takes for dates: `d.m.y`. */
  readonly dateFormat?: string;
  /** Whether its dates have a time of day. */
  readonly hasTime?: boolean;
  /** Numbers of a list. */
  readonly size?: number;
  /** Whether its values are kept as text, whatever they look like: codes, and integers that no number holds exactly. */
  readonly isCode?: boolean;
}

export interface InspectedTarget {
  readonly column: string;
  readonly task: 'binary' | 'classes' | 'regression';
  /** Why it is taken for that: one sentence, without a full stop. */
  readonly why: string;
  /** The classes with their rows in the sample, the most frequent first; none of a regression. */
  readonly classes: readonly (readonly [value: Category, rows: number])[];
  /** Which of two classes is the one that is asked about. */
  readonly positive?: Category;
  /** Rows of the sample without a label. */
  readonly missing: number;
}

/** What a look at a table has found: plain data. */
export interface Inspection {
  /** The name of the source. */
  readonly source: string;
  /** Rows of the sample. */
  readonly rows: number;
  /** Rows that the sample was drawn of. */
  readonly scanned: number;
  /** Whether there are no others. */
  readonly isWhole: boolean;
  /** Rows among those scanned that cannot be read. */
  readonly unreadable: number;
  readonly columns: readonly InspectedColumn[];
  readonly target: InspectedTarget;
  /** Columns whose rows stay on one side of the split. */
  readonly splitBy: readonly string[];
  /** The column that says when a row was. */
  readonly time?: string;
  /** What a reader of text is to be told besides: words without a value, and the decimal comma. */
  readonly reading: { readonly [option: string]: Json };
  /** What deserves a word: sentences without a full stop. */
  readonly notes: readonly string[];
}

/** A file, a folder or a pattern, and how it is read. */
export interface InspectedPlace {
  readonly place: string;
  readonly format: FormatName;
  readonly isMany: boolean;
  readonly options: { readonly [option: string]: Json };
}
