import { nearMisses } from './nearMisses.ts';
import { shownName } from './shown.ts';

/**
 * What somebody perhaps meant who has written a name that is not there: the hint of an error, or undefined where nothing is near.
 *
 * @param others what the names are called elsewhere, which counts before spelling; of a name with dots the last part is meant
 * @example didYouMean('distnace', ['date', 'distance']) //=> 'Did you mean distance'
 * @example didYouMean('lr', ['learningRate', 'beta1'], { learningRate: ['lr', 'eta'] }) //=> 'Did you mean learningRate'
 * @example didYouMean('colour', ['date', 'delay']) //=> undefined
 */
export function didYouMean(
  name: string,
  names: readonly string[],
  others: Readonly<Record<string, readonly string[]>> = {},
): string | undefined {
  const isMeant = (candidate: string): boolean => {
    const last = lastPart(candidate);
    return Object.hasOwn(others, last) && others[last].some((other) => plain(other) === plain(lastPart(name)));
  };
  const same = names.filter(isMeant);
  const meant = same.length > 0 ? same : nearMisses(name, names);
  return meant.length > 0 ? `Did you mean ${meant.map(shownName).join(' or ')}` : undefined;
}

function lastPart(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}

/** `learning_rate` and `learningRate` are one name. */
function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[\s_-]/g, '');
}
