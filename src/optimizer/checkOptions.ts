import { OptionError } from '../errors.ts';
import { nearMisses } from '../source/nearMisses.ts';

/** What an option may be. */
export interface OptionBounds {
  /** In words, for the error. */
  readonly expected: string;
  holds(value: unknown): boolean;
}

const number = (holds: (value: number) => boolean) => (value: unknown) => typeof value === 'number' && holds(value);

/** Above zero and finite, as an epsilon. */
export const positive: OptionBounds = {
  expected: 'a finite number above 0',
  holds: number((value) => value > 0 && value < Infinity),
};

/** At least zero and finite, as a penalty. */
export const notNegative: OptionBounds = {
  expected: 'a finite number of at least 0',
  holds: number((value) => value >= 0 && value < Infinity),
};

/** In `[0, 1)`, as the memory of a running mean. */
export const fraction: OptionBounds = {
  expected: 'a number in [0, 1)',
  holds: number((value) => value >= 0 && value < 1),
};

/** A number of steps. */
export const wholeFrom1: OptionBounds = {
  expected: 'an integer of at least 1',
  holds: number((value) => Number.isSafeInteger(value) && value >= 1),
};

/** A number of steps that may be none. */
export const wholeFrom0: OptionBounds = {
  expected: 'an integer of at least 0',
  holds: number((value) => Number.isSafeInteger(value) && value >= 0),
};

/** Yes or no. */
export const flag: OptionBounds = { expected: 'true or false', holds: (value) => typeof value === 'boolean' };

/** One of some words. */
export function oneOf(...words: readonly string[]): OptionBounds {
  return {
    expected: words.map((word) => `'${word}'`).join(' or '),
    holds: (value) => words.includes(value as string),
  };
}

/**
 * Checks options by name.
 *
 * @throws OptionError where an option is unknown, missing or out of bounds
 */
export function checkOptions(owner: string, options: object, bounds: Readonly<Record<string, OptionBounds>>): void {
  const names = Object.keys(bounds);
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(bounds, name)) {
      const meant = nearMisses(name, names);
      throw new OptionError({
        where: owner,
        expected: `options among ${names.join(', ')}`,
        received: name,
        hint: meant.length > 0 ? `Perhaps ${meant.join(' or ')} was meant` : undefined,
      });
    }
    const { expected, holds } = bounds[name];
    if (!holds(value)) {
      const received = typeof value === 'number' ? `${value}` : (JSON.stringify(value) ?? `${value}`);
      throw new OptionError({ where: `${owner}: ${name}`, expected, received });
    }
  }
  for (const name of names) {
    if (!Object.hasOwn(options, name)) {
      throw new OptionError({ where: `${owner}: ${name}`, expected: bounds[name].expected, received: 'nothing' });
    }
  }
}
