import { OptionError } from '../errors.ts';
import type { SavedDerivation } from '../model/restoreDerivation.ts';
import { shownName, shownNames } from '../options/shown.ts';

/** The error of a derivation that a format cannot express. */
export function noDerivation(where: string, { saved, names, columns }: SavedDerivation, expected: string): OptionError {
  const isFunction = saved.verb === 'derive';
  return new OptionError({
    where: `${where}: the derivation of ${shownNames(names)}`,
    expected,
    received: isFunction ? `a function of ${shownNames(columns)}` : `${saved.verb} of ${shownNames(columns)}`,
    hint: `With from: 'features' (--from features) ${shownName(names[0])} itself goes in, and is computed before`,
  });
}
