import { ok as holds, deepStrictEqual as same } from 'node:assert/strict';
import type { Check, SlicedScores } from '../job/types.ts';
import { type Law, statedLaws } from './law.ts';

/** The metrics that made-up models have, where a check names none. */
const usual = ['auc', 'accuracy', 'logLoss', 'rmse', 'r2'];

/**
 * The laws of a check of jobs; that it judges rightly is for examples to say.
 *
 * @example checkLaws(atLeast('auc', 0.6)).length > 0 //=> true
 */
export function checkLaws(check: Check): Law[] {
  const { laws, law } = statedLaws();
  const { name, metric, slicesBy } = check;
  const metrics = metric === undefined ? usual : [metric];
  const scores = (value: number, rows = 1000): SlicedScores => {
    const all = Object.fromEntries(metrics.map((each) => [each, value]));
    const slice = { rows: rows / 2, metrics: all };
    return { rows, metrics: all, slices: slicesBy === undefined ? {} : { [slicesBy]: { a: slice, b: slice } } };
  };
  const pairs = [0.1, 0.5, 0.9].flatMap((own) => [undefined, 0.1, 0.5, 0.9].map((other) => [own, other] as const));

  law(`${name}: says in one sentence whether it passes, with or without a champion`, () => {
    for (const [own, other] of pairs) {
      const result = check.judge(scores(own), other === undefined ? undefined : scores(other));
      holds(typeof result.passed === 'boolean');
      holds(result.name.trim() !== '' && result.reason.trim() !== '');
      holds(!result.reason.includes('\n'), result.reason);
    }
  });

  law(`${name}: gives every number that it used, each finite`, () => {
    for (const [own, other] of pairs) {
      const { numbers } = check.judge(scores(own), other === undefined ? undefined : scores(other));
      for (const [what, value] of Object.entries(numbers)) holds(Number.isFinite(value), `${what} is ${value}`);
    }
  });

  law(`${name}: judges the same twice, and leaves what it is given as it was`, () => {
    for (const [own, other] of pairs) {
      const given = deepFreeze(scores(own));
      const champion = other === undefined ? undefined : deepFreeze(scores(other));
      same(check.judge(given, champion), check.judge(given, champion));
    }
  });

  if (metric !== undefined && slicesBy === undefined) {
    law(`${name}: passes no candidate whose ${metric} is not defined`, () => {
      const none: SlicedScores = { rows: 12, metrics: {}, notDefined: { [metric]: 'all are of class 0' }, slices: {} };
      for (const champion of [undefined, scores(0.5)]) holds(!check.judge(none, champion).passed);
      holds(!check.judge(scores(Number.NaN), undefined).passed);
    });
  }
  return laws;
}

function deepFreeze<T extends object>(value: T): T {
  for (const part of Object.values(value)) if (typeof part === 'object' && part !== null) deepFreeze(part);
  return Object.freeze(value);
}
