import type { Finding } from '../../types.ts';
import type { Diagnosis } from './diagnosis.ts';

/** An illness counts as healed when so many examinations in a row have not seen it: one that comes and goes is told once. */
const HEALED_AFTER = 3;

/** Illnesses that were told, by illness and place, and the examinations since each was seen; plain JSON. */
export type ToldState = Readonly<Record<string, number>>;

/** Remembers what was told, so that each illness is told once in each place until it heals. */
export interface Told {
  /** Of the findings of an examination, those that were not told before. */
  news(found: readonly Diagnosis[]): readonly Diagnosis[];
  snapshot(): ToldState;
  restore(state: ToldState): void;
}

export function createTold(): Told {
  let told = new Map<string, number>();
  return {
    news(found) {
      const seen = new Set(found.map(keyOf));
      for (const [key, since] of told) {
        if (seen.has(key)) told.set(key, 0);
        else if (since + 1 < HEALED_AFTER) told.set(key, since + 1);
        else told.delete(key);
      }
      const news = found.filter((diagnosis) => !told.has(keyOf(diagnosis)));
      for (const diagnosis of news) told.set(keyOf(diagnosis), 0);
      return news;
    },
    snapshot: () => Object.fromEntries(told),
    restore(state) {
      told = new Map(Object.entries(state));
    },
  };
}

function keyOf({ illness, layer, feature }: Pick<Finding, 'illness' | 'layer' | 'feature'>): string {
  return [illness, layer ?? feature ?? ''].join(' ');
}
