import { SchemaError } from '../errors.ts';
import { digits } from '../format/figures.ts';
import { shownName, shownValue } from '../options/shown.ts';
import type { Computed } from './computedTarget.ts';
import type { ColumnFacts } from './inspectColumn.ts';
import type { TableSample } from './tableSample.ts';
import type { InspectedColumn, InspectedTarget } from './types.ts';

/** What the user has said about columns. */
export interface Asked {
  readonly target: string;
  readonly id: readonly string[];
  readonly time: string | undefined;
}

/** What is known of the table when the role of a column is asked. */
export interface Known {
  readonly sample: TableSample;
  readonly asked: Asked;
  readonly leaks: ReadonlyMap<string, string>;
  readonly computed: readonly Computed[];
  readonly target: InspectedTarget;
}

const idName = /(^|[^a-z])(id|uuid|guid|key|rownames|index|row|instant|nr)$|[a-z]I[dD]$/i;
/** An integer or a word that has an id's name and so many different values a row is one. */
const ID_SHARE = 0.1;

/**
 * What a column is for, and why.
 *
 * @throws SchemaError where the column that says when a row was has no times
 */
export function columnRole(
  facts: ColumnFacts,
  { sample, asked, leaks, computed, target }: Known,
): Pick<InspectedColumn, 'role' | 'why'> {
  const { name, kind, missing, different, least = 0, most = 0, words } = facts;
  const present = facts.values.length - missing;
  const isUnique = different === present && present > 1;
  if (name === asked.target) return { role: 'target', why: target.why };
  if (asked.id.includes(name)) return { role: 'id', why: 'an id, as was said' };
  if (kind === 'nothing') {
    return { role: 'empty', why: words.length > 0 ? `no value but ${words.join(', ')}` : 'no value in any row' };
  }
  if (kind === 'other') return { role: 'unusable', why: 'of a type that no feature takes' };
  if (name === asked.time) {
    if (kind === 'dates') return { role: 'time', why: 'says when a row was' };
    throw new SchemaError({
      ...{ where: `time ${shownName(name)}`, expected: 'a column of dates or times' },
      received: `${kind}, as ${shownValue(facts.frequent[0]?.[0])}`,
    });
  }
  const pair = computed.find(({ columns }) => columns.includes(name));
  if (pair) return { role: 'leak', why: `${shownName(target.column)} is ${pair.formula}` };
  const leak = leaks.get(name);
  if (leak !== undefined) return { role: 'leak', why: leak };
  if (different === 1 && missing === 0) return { role: 'constant', why: 'the same in all rows' };
  if (facts.isMixed) return { role: 'mixed', why: 'numbers and words, neither alone' };
  const isWord = kind === 'categories' || kind === 'texts';
  const isRowNumber = kind === 'integers' && most - least + 1 === sample.scanned;
  if (isUnique && present >= 10 && (isRowNumber || (kind === 'integers' && idName.test(name)))) {
    return { role: 'id', why: isRowNumber ? 'numbers the rows' : 'an id: another value in each row' };
  }
  if (isUnique && present >= 10 && isWord) return { role: 'id', why: 'another value in each row' };
  if ((isWord || kind === 'integers') && different > 50 && different > ID_SHARE * present && idName.test(name)) {
    return { role: 'id', why: `an id by its name; where its rows belong together, name it with --id` };
  }
  if (kind === 'texts') return { role: 'text', why: 'free text: hardly any value comes twice' };
  return { role: 'feature', why: featureWhy(facts) };
}

function featureWhy({ kind, least = 0, most = 0, frequent, different, dateFormat, size }: ColumnFacts): string {
  if (kind === 'integers' || kind === 'numbers') return `from ${digits(least, 6)} to ${digits(most, 6)}`;
  if (kind === 'dates') {
    const day = (ms: number) => new Date(ms).toISOString().slice(0, 10);
    return `from ${day(least)} to ${day(most)}${dateFormat === undefined ? '' : `, written ${dateFormat}`}`;
  }
  if (kind === 'lists') return `lists of ${size} numbers`;
  const shown = frequent.slice(0, 3).map(([value]) => shownValue(value));
  return shown.join(', ') + (different > shown.length ? ', ...' : '');
}
