import { ok as holds, strictEqual as is, deepStrictEqual as same, throws } from 'node:assert/strict';
import { openEngine } from '../engine/openEngine.ts';
import type { Engine } from '../engine/types.ts';
import type { Optimizer } from '../optimizer/optimizer.ts';
import type { Schedule } from '../optimizer/schedules/schedule.ts';
import { stepDecay } from '../optimizer/schedules/stepDecay.ts';
import { type Law, statedLaws } from './law.ts';
import { distance, float32Engines, numbers, vectorOf } from './numbers.ts';

const length = 7;

function begin(optimizer: Optimizer, engine: Engine) {
  const w = vectorOf(engine, numbers(1, length));
  const moments = optimizer.moments.map(() => engine.vector(length));
  const step = (t: number) => {
    const g = vectorOf(engine, numbers(10 + t, length));
    optimizer.update(engine.kernels, w, g, moments, t);
  };
  return { w, moments, step };
}

/**
 * The laws of an optimizer.
 *
 * @param make an optimizer with the given learning rate
 * @param bowl the learning rate with which it comes down a quadratic bowl in 400 steps
 * @example optimizerLaws('sgd', (learningRate) => sgd({ learningRate }))
 */
export function optimizerLaws(name: string, make: (learningRate: number | Schedule) => Optimizer, bowl = 0.05): Law[] {
  const { laws, law } = statedLaws();
  law(`${name}: comes down a quadratic bowl`, () => {
    const engine = openEngine('reference');
    const { kernels } = engine;
    const optimizer = make(bowl);
    const w = vectorOf(engine, numbers(1, length));
    const moments = optimizer.moments.map(() => engine.vector(length));
    const height = kernels.sumOfSquares(w, length);
    for (let step = 1; step <= 400; step++) optimizer.update(kernels, w, w.slice(), moments, step);
    holds(kernels.sumOfSquares(w, length) < 0.01 * height);
  });

  law(`${name}: goes on bit for bit from a copy of parameters and moments, after every step`, () => {
    const optimizer = make(0.05);
    const whole = begin(optimizer, openEngine('reference'));
    for (let step = 1; step <= 6; step++) whole.step(step);
    for (let k = 0; k <= 6; k++) {
      const first = begin(optimizer, openEngine('reference'));
      for (let step = 1; step <= k; step++) first.step(step);
      const second = begin(make(0.05), openEngine('reference'));
      second.w.set(first.w.slice());
      second.moments.forEach((moment, i) => {
        moment.set(first.moments[i].slice());
      });
      for (let step = k + 1; step <= 6; step++) second.step(step);
      same(second.w, whole.w);
      same(second.moments, whole.moments);
    }
  });

  law(`${name}: leaves the gradient as it was`, () => {
    const engine = openEngine('reference');
    const g = vectorOf(engine, numbers(2, length));
    const before = g.slice();
    const optimizer = make(0.05);
    const { w, moments } = begin(optimizer, engine);
    optimizer.update(engine.kernels, w, g, moments, 1);
    same(g, before);
  });

  law(`${name}: moves nothing where there is nothing`, () => {
    const engine = openEngine('reference');
    const optimizer = make(0.05);
    const none = () => engine.vector(0);
    optimizer.update(engine.kernels, none(), none(), optimizer.moments.map(none), 1);
  });

  law(`${name}: the float32 engines agree with the reference`, () => {
    const results = [openEngine('reference'), ...float32Engines()].map((engine) => {
      const { w, step } = begin(make(0.05), engine);
      for (let k = 1; k <= 10; k++) step(k);
      return [...w];
    });
    for (const result of results) holds(distance(result, results[0]) < 1e-5);
  });

  law(`${name}: can be configured anew, and keeps what is not named`, () => {
    const before = make(0.05);
    const after = before.configure({ learningRate: 0.5 });
    same(after.options, { ...before.options, learningRate: 0.5 });
    is(after.learningRateAt(1), 0.5);
    is(before.learningRateAt(1), 0.05);
    throws(() => before.configure({ learningrate: 1 }), {
      name: 'OptionError',
      message: new RegExp(
        `^${before.name}: expected options among learningRate.*got learningrate\\. Did you mean learningRate`,
      ),
    });
    throws(() => before.configure({ learningRate: 'fast' }), { name: 'OptionError', message: /got 'fast'/ });
  });

  for (const rate of [0, -1, Infinity, Number.NaN]) {
    law(`${name}: refuses the learning rate ${rate}`, () => {
      throws(() => make(rate), { name: 'OptionError', message: /learningRate: expected a finite number above 0/ });
    });
  }

  law(`${name}: options are plain JSON`, () => {
    const { options } = make(0.05);
    same(JSON.parse(JSON.stringify(options)), options);
  });

  law(`${name}: a schedule gives each update its own rate, as if the optimizer were made with it`, () => {
    const schedule = stepDecay({ learningRate: 0.05, everySteps: 2, factor: 0.5 });
    const scheduled = begin(make(schedule), openEngine('reference'));
    const plain = begin(make(0.05), openEngine('reference'));
    const engine = openEngine('reference');
    for (let step = 1; step <= 4; step++) {
      scheduled.step(step);
      const g = vectorOf(engine, numbers(10 + step, length));
      make(schedule.at(step)).update(engine.kernels, plain.w, g, plain.moments, step);
    }
    same(scheduled.w, plain.w);
    is(make(schedule).learningRateAt(3), 0.025);
    same(make(schedule).options.learningRate, {
      schedule: 'stepDecay',
      learningRate: 0.05,
      everySteps: 2,
      factor: 0.5,
    });
    is(make(schedule).configure({}).learningRateAt(3), 0.025);
  });

  law(`${name}: the factor of a plateau scales the learning rate`, () => {
    is(make(0.05).learningRateAt(1, 0.5), 0.025);
    const [scaled, small] = [make(0.05), make(0.025)].map((optimizer, i) => {
      const engine = openEngine('reference');
      const w = vectorOf(engine, numbers(1, length));
      const moments = optimizer.moments.map(() => engine.vector(length));
      optimizer.update(engine.kernels, w, vectorOf(engine, numbers(2, length)), moments, 1, i === 0 ? 0.5 : 1);
      return w;
    });
    same(scaled, small);
  });

  if ('l1' in make(bowl).options)
    law(`${name}: an L1 penalty adds the sign of each parameter to its gradient`, () => {
      const engine = openEngine('reference');
      const [penalized, plain] = [make(0.05).configure({ l1: 0.25 }), make(0.05)].map((optimizer, i) => {
        const w = vectorOf(engine, numbers(1, length));
        const g = vectorOf(engine, numbers(2, length));
        if (i === 1) for (let k = 0; k < length; k++) g[k] += 0.25 * Math.sign(w[k]);
        optimizer.update(
          engine.kernels,
          w,
          g,
          optimizer.moments.map(() => engine.vector(length)),
          1,
        );
        return w;
      });
      holds(distance(penalized, plain) < 1e-15);
    });
  return laws;
}
