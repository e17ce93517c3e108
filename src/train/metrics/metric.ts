import type { Vector } from '../../engine/types.ts';
import type { Json } from '../../json.ts';
import { aFunction, either, type Fields, listOf, oneOf, required, text } from '../../options/bounds.ts';
import { checkOptions } from '../../options/checkOptions.ts';
import { jsonOptions } from '../../options/memberBounds.ts';
import { countClasses } from './classCounts.ts';
import { numberList } from './numberList.ts';
import { alone, type Constant, type Metric, type RunningMetric, type Share, type Task } from './types.ts';

interface MetricFacts {
  /** By which it is watched and shown; no other metric of the target has it. */
  readonly name: string;
  /** Whether more of it is better, or less. */
  readonly better: 'higher' | 'lower';
  /**
   * What tells it from others of its name: for the description of a pipeline, and its hash.
   * @default {}
   */
  readonly options?: { readonly [key: string]: Json };
}

/** A metric that is the mean over rows of a function of one prediction and its target, or is made from that mean. */
export interface MeanMetric extends MetricFacts {
  /** The kind of target that it scores. */
  readonly task: 'binary' | 'regression';
  /**
   * The figure of one row.
   *
   * @param p the probability of class 1, or the number that is predicted, in the unit of `y`
   * @param y 0 or 1, or the right number
   */
  value(p: number, y: number): number;
  /**
   * What the mean is made into: `Math.sqrt`.
   * @default the mean itself
   */
  figure?(mean: number): number;
}

/** A metric that counts in its own way. */
export interface CountedMetric<State = unknown> extends MetricFacts {
  /** The kind of target that it scores, or several. */
  readonly task: Task | readonly Task[];
  begin(share: Share): RunningMetric<State>;
}

const taskBound = oneOf('binary', 'classes', 'regression');
const facts: Fields<MetricFacts & Pick<CountedMetric, 'task'>> = {
  name: required(text('the name of the metric')),
  better: required(oneOf('higher', 'lower')),
  options: jsonOptions,
  task: required(either(taskBound, listOf('kinds of target', taskBound, 1))),
};

/**
 * Declares a metric, of a function of each row or with counts of its own. A pipeline takes it in `metrics`; early stopping, `onPlateau` and
 * the checks of jobs take it wherever they take a metric.
 *
 * The baseline of a mean is the better of two constants, the mean and the median of `y` (which keeps eight bytes a row), or, for a binary target, the
 * best of 0, 1 and the share of class 1.
 *
 * @throws OptionError where an option is missing or unknown
 * @example metric({ name: 'within5', better: 'higher', task: 'regression', value: (p, y) => (Math.abs(p - y) < 5 ? 1 : 0) }).name //=> 'within5'
 */
export function metric<State = unknown>(options: MeanMetric | CountedMetric<State>): Metric<State> {
  if (options !== undefined && 'begin' in options) {
    checkOptions<CountedMetric<State>>('metric', options, { ...facts, begin: required(aFunction()) });
    const { name, better, task, options: own = {}, begin } = options;
    return { name, better, options: own, tasks: [task].flat(), begin: (share = alone) => begin(share) };
  }
  checkOptions<MeanMetric>('metric', options, {
    ...facts,
    task: required(oneOf('binary', 'regression')),
    value: required(aFunction()),
    figure: aFunction(),
  });
  const { name, better, task, options: own = {} } = options;
  const begin = task === 'binary' ? meanOverClasses : meanOverNumbers;
  return {
    name,
    better,
    options: own,
    tasks: [task],
    begin: () => begin(options) as RunningMetric<unknown> as RunningMetric<State>,
  };
}

/** The best of some figures, and which it is; a figure that is not a number is none. */
function bestOf<Of>(better: Metric['better'], figures: readonly (readonly [number, Of])[]): readonly [number, Of] {
  const sign = better === 'higher' ? 1 : -1;
  return figures.reduce((best, each) => (sign * each[0] > sign * best[0] || Number.isNaN(best[0]) ? each : best));
}

function meanOverClasses({ value, figure = same, better }: MeanMetric): RunningMetric<SumAndClasses> {
  const classes = countClasses();
  let sum = 0;
  const ofConstant = (p: number) =>
    figure(classes.state().reduce((total, count, y) => total + count * value(p, y), 0) / classes.rows);
  const best = () =>
    bestOf<Constant>(better, [
      [ofConstant(0), { kind: 'classes', classes: [0] }],
      [ofConstant(1), { kind: 'classes', classes: [1] }],
      [ofConstant(classes.shares()[1] ?? 0), { kind: 'shares', shares: classes.shares() }],
    ]);
  return {
    add(p, y, n) {
      let total = sum;
      for (let row = 0; row < n; row++) total += value(p[row], y[row]);
      sum = total;
      classes.add(y, n);
    },
    state: () => ({ sum, classes: classes.state() }),
    merge(other) {
      sum += other.sum;
      classes.merge(other.classes);
    },
    result: () => figure(sum / classes.rows),
    baseline: () => best()[0],
    constant: () => best()[1],
  };
}

interface SumAndClasses {
  readonly sum: number;
  readonly classes: readonly number[];
}

function meanOverNumbers({ value, figure = same, better }: MeanMetric): RunningMetric<SumAndNumbers> {
  const targets = numberList();
  let sum = 0;
  const rows = () => targets.values().length;
  const meanOf = (f: (y: number) => number) => {
    let total = 0;
    for (const y of targets.values()) total += f(y);
    return total / rows();
  };
  const ofConstant = (p: number) => figure(meanOf((y) => value(p, y)));
  function best(): readonly [number, Constant] {
    // In place: their order is of no concern, and they may be millions.
    const median = targets.values().sort()[rows() >> 1];
    const mean = meanOf(same);
    return bestOf<Constant>(better, [
      [ofConstant(mean), { kind: 'mean', value: mean }],
      [ofConstant(median), { kind: 'median', value: median }],
    ]);
  }
  return {
    add(p, y, n) {
      let total = sum;
      targets.keepDigits(y);
      for (let row = 0; row < n; row++) {
        total += value(p[row], y[row]);
        targets.push(y[row]);
      }
      sum = total;
    },
    state: () => ({ sum, targets: targets.values().slice() }),
    merge(other) {
      sum += other.sum;
      targets.append(other.targets);
    },
    result: () => figure(sum / rows()),
    baseline: () => best()[0],
    constant: () => best()[1],
  };
}

interface SumAndNumbers {
  readonly sum: number;
  readonly targets: Vector;
}

const same = (figure: number) => figure;
