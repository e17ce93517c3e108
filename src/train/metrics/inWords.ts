import { digits } from '../../format/figures.ts';
import { shownName } from '../../options/shown.ts';
import type { Constant, Lack } from './types.ts';

/**
 * A constant prediction for people.
 *
 * @param names of the classes, by number; their numbers by default
 * @example constantInWords({ kind: 'classes', classes: [1] }, ['no', 'yes']) //=> 'always yes'
 * @example constantInWords({ kind: 'shares', shares: [0.75, 0.25] }, ['no', 'yes']) //=> 'the share 0.25 of yes'
 * @example constantInWords({ kind: 'mean', value: 23.514573 }) //=> 'the mean 23.515'
 */
export function constantInWords(constant: Constant, names: readonly string[] = []): string {
  const nameOf = (number: number) => names[number] ?? `${number}`;
  if (constant.kind === 'any') return 'any constant';
  if (constant.kind === 'shares') {
    const { shares } = constant;
    if (Math.max(names.length, shares.length) > 2) return 'the shares of the classes';
    return `the share ${digits(shares[1] ?? 0, 5)} of ${nameOf(1)}`;
  }
  if (constant.kind === 'classes') {
    const all = constant.classes.map(nameOf);
    return `always ${all.length > 1 ? `${all.slice(0, -1).join(', ')} or ${all.at(-1)}` : all[0]}`;
  }
  return `the ${constant.kind} ${digits(constant.value, 5)}`;
}

/**
 * What rows lack for a metric, for people.
 *
 * @param names of the classes, by number; their numbers by default
 * @example lackInWords({ kind: 'class', class: 0 }, ['no', 'yes']) //=> 'all are of class no'
 * @example lackInWords({ kind: 'constant', value: 4 }) //=> 'the target is 4 in all of them'
 */
export function lackInWords(lack: Exclude<Lack, string>, names: readonly string[] = []): string {
  if (lack.kind === 'class') return `all are of class ${shownName(names[lack.class] ?? `${lack.class}`)}`;
  return `the target is ${digits(lack.value, 5)} in all of them`;
}
