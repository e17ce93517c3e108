import type { ValueCause } from './valueCause.ts';

/** What a value is, as types are inferred: a number, a boolean, a time, an integer with a plus, or why it is none of these. */
export type ValueClass = ValueCause | 'number' | 'boolean' | 'time' | 'plus' | 'quoted' | 'list' | 'nested';

/** How often a class of values was seen, and the first of it: 80 bytes of it at the most, and where it is in the input. */
export interface SeenClass {
  count: number;
  readonly text: string;
  readonly at: number;
}

/** The value that keeps a column from being what most of its values are. */
export interface Doubt {
  /** What the others are. */
  readonly kind: 'numbers' | 'booleans' | 'times' | 'single values' | 'lists';
  /** How many are so, of how many. */
  readonly count: number;
  readonly values: number;
  readonly text: string;
  readonly at: number;
  readonly valueClass: ValueClass;
  /** The words in the column that mostly stand for no value. */
  readonly words: readonly string[];
}

/** What is a number in another way of writing. */
const alike: readonly ValueClass[] = ['plus', 'decimalComma', 'thousands', 'code', 'long', 'spaces', 'quoted'];

/**
 * Finds the value that decided, where most values would have told another type.
 *
 * @param seen all that was seen of a column that has no type, or that of strings
 * @param isSigned whether integers with a plus are numbers in it
 * @param words those in it that mostly stand for no value
 */
export function doubtOf(
  seen: ReadonlyMap<ValueClass, SeenClass>,
  isSigned: boolean,
  words: readonly string[],
): Doubt | undefined {
  const count = (classes: readonly ValueClass[]) =>
    classes.reduce((sum, each) => sum + (seen.get(each)?.count ?? 0), 0);
  const values = count([...seen.keys()]);
  const [kind, classes] = usual(seen, isSigned, (group) => 2 * count(group) > values - count(['missing']));
  const [first] = [...seen].filter(([valueClass]) => !classes.includes(valueClass)).sort(([, a], [, b]) => a.at - b.at);
  if (!kind || !first) return undefined;
  const [valueClass, { text, at }] = first;
  return { kind, count: count(classes), values, text, at, valueClass, words };
}

/** What most values are, and the classes of values that are so. */
function usual(
  seen: ReadonlyMap<ValueClass, SeenClass>,
  isSigned: boolean,
  areMost: (group: readonly ValueClass[]) => boolean,
): readonly [Doubt['kind'] | undefined, readonly ValueClass[]] {
  const singles = [...seen.keys()].filter((each) => each !== 'list' && each !== 'nested');
  // One object keeps a column from being anything else.
  if (seen.has('nested')) return singles.length > 0 ? ['single values', [...singles, 'list']] : ['lists', ['list']];
  if (seen.has('list')) return areMost(['list']) ? ['lists', ['list']] : ['single values', singles];
  if (areMost(['number', ...alike])) return ['numbers', isSigned ? ['number', 'plus'] : ['number']];
  if (areMost(['boolean'])) return ['booleans', ['boolean']];
  return areMost(['time']) ? ['times', ['time']] : [undefined, []];
}
