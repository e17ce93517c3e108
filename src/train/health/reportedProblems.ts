import type { Finding, Problem } from '../types.ts';
import type { Diagnosis } from './diagnosis.ts';

/** A problem counts as healed when so many examinations in a row have not seen it: one that comes and goes is reported once. */
const HEALED_AFTER = 3;
/** What a run began with does not heal: it is reported once, whenever it shows. */
const LASTING: ReadonlySet<string> = new Set<Problem>(['smallInitialWeights', 'largeInitialWeights']);

/** What was reported; plain JSON. */
export interface ReportedState {
  /** Problems by kind and place, and the examinations since each was seen. */
  readonly since: Readonly<Record<string, number>>;
  /** Problems that follow from one that was reported. */
  readonly explained: readonly Problem[];
}

/** Remembers what was reported, so that each problem is reported once in each place until it heals, and none that follows from another. */
export interface ReportedProblems {
  /**
   * Of the findings of an examination, those that are to be reported.
   *
   * @param found causes before what may follow from them
   */
  news(found: readonly Diagnosis[]): readonly Diagnosis[];
  snapshot(): ReportedState;
  restore(state: ReportedState): void;
}

export function createReportedProblems(): ReportedProblems {
  let reported = new Map<string, number>();
  let explained = new Set<Problem>();

  /** What does not follow from something before it, or from something that was reported. */
  function causesOf(found: readonly Diagnosis[]): readonly Diagnosis[] {
    const causes: Diagnosis[] = [];
    for (const diagnosis of found) {
      if (explained.has(diagnosis.problem)) continue;
      causes.push(diagnosis);
      for (const problem of diagnosis.explains) explained.add(problem);
    }
    return causes;
  }

  return {
    news(found) {
      const causes = causesOf(found);
      const seen = new Set(causes.map(keyOf));
      for (const [key, since] of reported) {
        if (seen.has(key)) reported.set(key, 0);
        else if (since + 1 < HEALED_AFTER) reported.set(key, since + 1);
        else if (!LASTING.has(key.split(' ')[0])) reported.delete(key);
      }
      const news = causes.filter((diagnosis) => !reported.has(keyOf(diagnosis)));
      for (const diagnosis of news) reported.set(keyOf(diagnosis), 0);
      return news;
    },
    snapshot: () => ({ since: Object.fromEntries(reported), explained: [...explained] }),
    restore(state) {
      reported = new Map(Object.entries(state.since));
      explained = new Set(state.explained);
    },
  };
}

function keyOf({ problem, layer, feature }: Pick<Finding, 'problem' | 'layer' | 'feature'>): string {
  return [problem, layer ?? feature ?? ''].join(' ');
}
