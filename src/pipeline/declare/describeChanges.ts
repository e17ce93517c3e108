import type { Json } from '../../json.ts';
import { shownName, shownNames, shownValue } from '../../options/shown.ts';

type Plain = { readonly [key: string]: Json };

/** Changes that are told; of more, how many. */
const most = 8;

/**
 * What has changed in a description, from what to what, by the paths of its options: `network[2]: dense(64) -> dense(32)`,
 * `split.validation: 0.05 -> 0.1`.
 *
 * @param keys those that are looked at
 */
export function describeChanges(was: Plain, is: Plain, keys: readonly string[]): string[] {
  const changes = keys.flatMap((key) => changesOf(shownName(key), was[key], is[key]));
  return changes.length > most ? [...changes.slice(0, most), `${changes.length - most} more`] : changes;
}

function changesOf(path: string, was: Json | undefined, is: Json | undefined): string[] {
  if (same(was, is)) return [];
  if (isListOfParts(was) && isListOfParts(is)) return listChanges(path, was, is);
  if (typeof was === 'string' && typeof is === 'string') return [`${path}: ${textChange(was, is)}`];
  if (!isPlain(was) || !isPlain(is)) return [`${path}: ${option(was)} -> ${option(is)}`];
  if (kindOf(was) !== kindOf(is)) return [`${path}: ${call(was)} -> ${call(is)}`];
  const [before, now] = [optionsOf(was), optionsOf(is)];
  const keys = [...new Set([...Object.keys(before), ...Object.keys(now)])];
  const changes = keys.flatMap((key) => changesOf(`${path}.${shownName(key)}`, before[key], now[key]));
  // The order counts: it is that of the columns of x.
  return changes.length > 0
    ? changes
    : [`${path}: in the order ${shownNames(Object.keys(was))} -> ${shownNames(Object.keys(is))}`];
}

/** What stands before the first change and behind the last is the same: one that was put in does not change those after it. */
function listChanges(path: string, was: readonly Json[], is: readonly Json[]): string[] {
  let begin = 0;
  while (begin < was.length && begin < is.length && same(was[begin], is[begin])) begin++;
  let [wasEnd, isEnd] = [was.length, is.length];
  while (wasEnd > begin && isEnd > begin && same(was[wasEnd - 1], is[isEnd - 1]))
    [wasEnd, isEnd] = [wasEnd - 1, isEnd - 1];
  const changes: string[] = [];
  for (let i = begin; i < Math.max(wasEnd, isEnd); i++) {
    changes.push(...itemChanges(`${path}[${i}]`, i < wasEnd ? was[i] : undefined, i < isEnd ? is[i] : undefined));
  }
  return changes;
}

/** A layer, a derivation: as it is called, with the options that differ; those that are made of others part by part. */
function itemChanges(path: string, was: Json | undefined, is: Json | undefined): string[] {
  if (same(was, is)) return [];
  if (!isPlain(was) || !isPlain(is) || kindOf(was) === undefined || kindOf(was) !== kindOf(is)) {
    return [`${path}: ${call(was)} -> ${call(is)}`];
  }
  const [before, now] = [optionsOf(was), optionsOf(is)];
  const changed = [...new Set([...Object.keys(before), ...Object.keys(now)])].filter(
    (key) => !same(before[key], now[key]),
  );
  const isDeep = changed.some((key) => [before[key], now[key]].some(isLarge));
  if (isDeep) return changed.flatMap((key) => changesOf(`${path}.${shownName(key)}`, before[key], now[key]));
  return [`${path}: ${call(was, changed)} -> ${call(is, changed)}`];
}

/** What is not shown within a call: objects, lists, and the text of a function. */
function isLarge(value: Json | undefined): boolean {
  return (typeof value === 'object' && value !== null) || (typeof value === 'string' && value.length > shortText);
}

const shortText = 40;

/** Of long texts the part in which they begin to differ. */
function textChange(was: string, is: string): string {
  let begin = 0;
  if (Math.max(was.length, is.length) > shortText) {
    while (begin < was.length && was[begin] === is[begin]) begin++;
    begin = Math.max(0, begin - 15);
  }
  const from = (text: string) => shownValue(`${begin > 0 ? '...' : ''}${text.slice(begin)}`);
  return `${from(was)} -> ${from(is)}`;
}

function isListOfParts(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value) && value.every((part) => typeof part === 'object' && part !== null);
}

function same(a: Json | undefined, b: Json | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function option(value: Json | undefined): string {
  return value === undefined ? 'not given' : call(value);
}

/** Options that stand first and without their names where the user writes them. */
const positional = ['units', 'rate', 'width', 'size', 'limit', 'column', 'name'];

/** As the user would write it, with its first option, and those that are named. */
function call(value: Json | undefined, shown: readonly string[] = []): string {
  if (value === undefined) return 'none';
  const kind = isPlain(value) ? kindOf(value) : undefined;
  if (kind === undefined) return shownValue(value);
  const options = optionsOf(value as Plain);
  const first = positional.filter((key) => options[key] !== undefined).slice(0, 1);
  const named = Object.fromEntries(shown.filter((key) => !first.includes(key)).map((key) => [key, options[key]]));
  const parts = [
    ...first.map((key) => shownValue(options[key])),
    ...(Object.keys(named).length > 0 ? [shownValue(named)] : []),
  ];
  return `${kind}(${parts.join(', ')})`;
}

/** What made it: the kind of a layer or a feature, the name of a loss, the verb of a derivation, the schedule of a learning rate. */
function kindOf({ kind, verb, schedule, name, options }: Plain): string | undefined {
  const found = kind ?? verb ?? schedule ?? (options === undefined ? undefined : name);
  return typeof found === 'string' ? found : undefined;
}

function optionsOf(value: Plain): Plain {
  if (isPlain(value.options)) return value.options;
  const { kind: _, verb: __, schedule: ___, ...options } = value;
  return options;
}

function isPlain(value: Json | undefined): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
