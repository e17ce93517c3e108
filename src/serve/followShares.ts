import { OptionError } from '../errors.ts';
import { isObject } from '../options/bounds.ts';
import { shownName, shownValue } from '../options/shown.ts';
import type { TrialOptions } from './challengers.ts';
import type { ServeLog } from './types.ts';

/** The shares that challengers answer, as they are now. */
export interface FollowedShares {
  /** Undefined for one that answers nothing. */
  of(name: string): number | undefined;
  /** Asks for them again; where that fails the log says so once, and those of before stay. */
  look(): Promise<void>;
}

/** Follows the share of a trial; without one no challenger answers anything. */
export function followShares(share: TrialOptions['share'] | undefined, log: ServeLog): FollowedShares {
  let shares: ReadonlyMap<string, number> = new Map();
  let told: string | undefined;
  return {
    of: (name) => (typeof share === 'number' ? share : shares.get(name)),
    async look() {
      if (typeof share !== 'function') return;
      try {
        shares = checked(await share());
        told = undefined;
      } catch (error) {
        const { message } = error as Error;
        if (message !== told) log('error', `shares of challengers: ${message} Those of before stay`);
        told = message;
      }
    },
  };
}

function checked(given: unknown): ReadonlyMap<string, number> {
  if (!isObject(given)) throw refused('the option trial.share', 'shares by the names of models', given);
  const shares = Object.entries(given);
  for (const [name, share] of shares) {
    if (typeof share === 'number' && share > 0 && share <= 1) continue;
    throw refused(shownName(name), 'a share above 0, at most 1', share);
  }
  return new Map(shares as [string, number][]);
}

function refused(where: string, expected: string, received: unknown): OptionError {
  return new OptionError({ where, expected, received: shownValue(received) });
}
