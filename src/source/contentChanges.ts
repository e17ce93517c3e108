import { count as thousands } from '../format/figures.ts';
import type { Json } from '../json.ts';
import { shownName, shownValue } from '../options/shown.ts';
import type { Source } from './types.ts';

type Print = { readonly [key: string]: Json };

/**
 * What has changed between two fingerprints of a source, a sentence each, as far as they tell: `csv data/a.csv: 1,204,332 bytes then, 1,204,500
 * now`.
 *
 * @param source as it is now
 * @param was the fingerprint of then
 * @param is that of now
 */
export async function contentChanges(
  source: Pick<Source, 'name' | 'parts'>,
  was: Json,
  is: Json,
  signal?: AbortSignal,
): Promise<readonly string[]> {
  if (JSON.stringify(was) === JSON.stringify(is)) return [];
  if (!isPrint(was) || !isPrint(is)) return [`${source.name}: ${shownValue(was)} then, ${shownValue(is)} now`];
  const { name } = source;
  if (was.format !== is.format) return [`${name}: ${shownValue(was.format)} then, ${shownValue(is.format)} now`];
  const sources = (await source.parts?.(signal)) ?? [];
  const inner = await partChanges(name, sources, partsOf(was), partsOf(is), signal);
  const changes = [...inner, ...ownChanges(was, is).map((change) => `${name}: ${change}`)];
  return changes.length > 0 ? changes : [`${name}: another content`];
}

/** Those of what it is made of, each under its own name where that is known. */
async function partChanges(
  name: string,
  sources: readonly Pick<Source, 'name' | 'parts'>[],
  was: readonly Json[],
  is: readonly Json[],
  signal: AbortSignal | undefined,
): Promise<readonly string[]> {
  const nameOf = (i: number) => sources[i]?.name ?? `${name}, part ${i + 1}`;
  if (was.length !== is.length) {
    const known = new Set(was.map((part) => JSON.stringify(part)));
    const added = is.flatMap((part, i) => (known.has(JSON.stringify(part)) ? [] : [nameOf(i)]));
    const which = added.length > 0 ? `, not then as they are now ${added.slice(0, 3).join(', ')}` : '';
    return [`${name}: ${was.length} parts then, ${is.length} now${which}${added.length > 3 ? ' ...' : ''}`];
  }
  const changes: string[] = [];
  for (const [i, part] of is.entries()) {
    changes.push(...(await contentChanges(sources[i] ?? { name: nameOf(i) }, was[i], part, signal)));
  }
  return changes;
}

/** What it is made of, in all formats that are made of others. */
function partsOf({ part, parts }: Print): readonly Json[] {
  if (Array.isArray(parts)) return parts as readonly Json[];
  return part === undefined ? [] : [part];
}

/** Of hashes and the like, nothing but that they differ can be told. */
const unreadable = ['sha256', 'hash', 'version'];

function ownChanges(was: Print, is: Print): string[] {
  const keys = [...new Set([...Object.keys(was), ...Object.keys(is)])];
  const changed = keys.filter(
    (key) => key !== 'part' && key !== 'parts' && JSON.stringify(was[key]) !== JSON.stringify(is[key]),
  );
  const readable = changed.filter((key) => !unreadable.includes(key));
  if (changed.length > 0 && readable.length === 0) {
    const size = typeof is.bytes === 'number' ? `, ${shownCount(is.bytes)} bytes as then` : '';
    return [`another content${size}`];
  }
  return readable.map((key) => {
    if (key === 'bytes') return `${shownCount(was[key])} bytes then, ${shownCount(is[key])} now`;
    if (key === 'rows') return `${shownCount(was[key])} rows then, ${shownCount(is[key])} now`;
    if (key === 'columns' && typeof was[key] === 'string' && typeof is[key] === 'string') {
      return columnChanges(was[key], is[key]);
    }
    return `${key}: ${shownValue(was[key])} then, ${shownValue(is[key])} now`;
  });
}

function shownCount(count: Json | undefined): string {
  return typeof count === 'number' ? thousands(count) : 'unknown';
}

/** Of columns as `describeSchema` writes them. */
function columnChanges(was: string, is: string): string {
  const [before, now] = [columnsOf(was), columnsOf(is)];
  const changes = [...new Set([...before.keys(), ...now.keys()])].flatMap((column) => {
    const [then, type] = [before.get(column), now.get(column)];
    if (then === type) return [];
    return [`${shownName(column)} ${then ?? 'not there'} then, ${type ?? 'not there'} now`];
  });
  if (changes.length === 0) return 'columns in another order';
  return `column ${changes.slice(0, 3).join('; column ')}${changes.length > 3 ? ` and ${changes.length - 3} more` : ''}`;
}

function columnsOf(described: string): ReadonlyMap<string, string> {
  const found = described.matchAll(/("(?:[^"\\]|\\.)*"): (.*?)(?=, "|$)/g);
  return new Map([...found].map(([, name, type]) => [JSON.parse(name) as string, type]));
}

function isPrint(value: Json): value is Print {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
