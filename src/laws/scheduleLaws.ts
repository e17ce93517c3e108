import { ok as holds, deepStrictEqual as same } from 'node:assert/strict';
import type { Schedule } from '../optimizer/schedules/schedule.ts';
import { type Law, statedLaws } from './law.ts';

/**
 * The laws of a schedule; that its rates are right is for examples to say.
 *
 * @param make the schedule, made anew
 * @param highest no rate is above it; any finite rate may come by default
 * @example scheduleLaws(() => constantRate({ learningRate: 0.1 }), 0.1).length > 0 //=> true
 */
export function scheduleLaws(make: () => Schedule, highest = Number.MAX_VALUE): Law[] {
  const { laws, law } = statedLaws();
  const schedule = make();
  const { name } = schedule;

  law(`${name}: gives each update a finite rate of at least 0 and at most the highest, the first above 0`, () => {
    for (const step of [...Array.from({ length: 500 }, (_, i) => i + 1), 1e6, 1e9]) {
      const rate = schedule.at(step);
      holds(rate >= 0 && rate <= highest * (1 + 1e-12), `${rate} at ${step}`);
    }
    holds(schedule.at(1) > 0);
  });

  law(`${name}: knows no more than the number of the update`, () => {
    const rates = (of: Schedule, steps: readonly number[]) => steps.map((step) => of.at(step));
    const forward = rates(schedule, [1, 2, 30]);
    same(rates(schedule, [30, 2, 1]).reverse(), forward);
    same(rates(make(), [1, 2, 30]), forward);
  });

  law(`${name}: options are plain JSON`, () => {
    same(JSON.parse(JSON.stringify(schedule.options)), schedule.options);
  });
  return laws;
}
