import { ok as holds, deepStrictEqual as same } from 'node:assert/strict';
import type { JobSchedule } from '../job/types.ts';
import { type Law, statedLaws } from './law.ts';

const hour = 3_600_000;
/** Where it is asked from: the year 2026, over a change of clocks in Europe and one in America, and long ago. */
const begins = [Date.UTC(2026, 2, 28, 21), Date.UTC(2026, 2, 8, 3, 17), Date.UTC(2026, 9, 31, 23, 59, 59), -1e12];

/**
 * The laws of a job's schedule; that its times are right is for examples to say.
 *
 * @param make the schedule, made anew
 * @param spanMs how far is looked from each beginning, in milliseconds; it should hold some due times
 * @example jobScheduleLaws(() => every({ hours: 1 })).length > 0 //=> true
 */
export function jobScheduleLaws(make: () => JobSchedule, spanMs = 72 * hour): Law[] {
  const { laws, law } = statedLaws();
  const schedule = make();
  const { kind, text } = schedule;
  const title = `${kind} (${text})`;
  const times = (after: number, until: number, of = schedule) => [...of.dueTimes(after, until)];

  law(`${title}: due times are whole milliseconds after the one and up to the other, in ascending order`, () => {
    for (const begin of begins) {
      let last = begin;
      for (const time of times(begin, begin + spanMs)) {
        holds(Number.isSafeInteger(time), `${time}`);
        holds(time > last && time <= begin + spanMs, `${time} after ${last}`);
        last = time;
      }
    }
  });

  law(`${title}: is due at the same times wherever one begins to ask`, () => {
    for (const begin of begins) {
      const whole = times(begin, begin + spanMs);
      for (const share of [0.013, 0.31, 0.5, 0.97]) {
        const middle = begin + Math.round(share * spanMs);
        same([...times(begin, middle), ...times(middle, begin + spanMs)], whole);
      }
      for (const time of whole.slice(0, 5)) same(times(time - 1, time), [time]);
    }
  });

  law(`${title}: gives the same when it is asked again, and made anew`, () => {
    for (const begin of begins) {
      const first = times(begin, begin + spanMs);
      same(times(begin, begin + spanMs), first);
      same(times(begin, begin + spanMs, make()), first);
    }
  });

  law(`${title}: finds times as they are asked for, also up to the end of all`, () => {
    let found = 0;
    for (const time of schedule.dueTimes(begins[0], 8.64e15)) {
      holds(time > begins[0]);
      if (++found === 3) break;
    }
  });

  law(`${title}: has a kind and a text for people`, () => {
    holds(kind.trim() !== '' && text.trim() !== '');
  });
  return laws;
}
