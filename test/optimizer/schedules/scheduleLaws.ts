import type { TestFn } from 'ava';
import type { Schedule } from '../../../src/optimizer/schedules/schedule.ts';

/**
 * The laws of a schedule; that its rates are right is for goldens to say.
 *
 * @param make the schedule with some of its options changed
 * @example scheduleLaws(test, (options) => stepDecay({ learningRate: 0.1, everySteps: 10, ...options }))
 */
export function scheduleLaws(test: TestFn, make: (options: object) => Schedule): void {
  const schedule = make({});
  const { name } = schedule;

  test(`${name}: gives each update a finite rate of at least 0 and at most the highest`, (t) => {
    for (const step of [...Array.from({ length: 500 }, (_, i) => i + 1), 1e6, 1e9]) {
      const rate = schedule.at(step);
      t.true(rate >= 0 && rate <= 0.1 + 1e-15, `${rate} at ${step}`);
    }
    t.true(schedule.at(1) > 0);
  });

  test(`${name}: knows no more than the number of the update`, (t) => {
    const forward = [1, 2, 30].map(schedule.at);
    t.deepEqual([30, 2, 1].map(schedule.at).reverse(), forward);
    t.deepEqual([1, 2, 30].map(make({}).at), forward);
  });

  test(`${name}: options are plain JSON`, (t) => {
    t.deepEqual(JSON.parse(JSON.stringify(schedule.options)), schedule.options);
  });

  test(`${name}: refuses a learning rate of 0, and options that it does not have`, (t) => {
    t.throws(() => make({ learningRate: 0 }), {
      name: 'OptionError',
      message: new RegExp(`^${name}: learningRate: expected a finite number above 0`),
    });
    t.throws(() => make({ learningrate: 1 }), { name: 'OptionError', message: new RegExp(`^${name}: .*learningRate`) });
  });
}
