import { normal, randomSequence } from '../engine/random.ts';
import { NumericError } from '../errors.ts';
import { digits } from '../format/figures.ts';
import type { Loss } from '../loss/loss.ts';
import type { Layer } from '../network/layer.ts';
import { integer, listOf, number } from '../options/bounds.ts';
import { checkOptions } from '../options/checkOptions.ts';
import { COARSE_TOLERANCE, compareGradient, type GradientPart, isCoarse } from './gradient/compareGradient.ts';
import type { Differentiable } from './gradient/differentiable.ts';
import { layerDifferentiable } from './gradient/layerDifferentiable.ts';
import { lossDifferentiable } from './gradient/lossDifferentiable.ts';

interface CheckOptions {
  /**
   * Rows of the mini-batch that is made up; an integer, at least 1.
   * @default 4
   */
  readonly rows?: number;
  /**
   * How far a gradient may be from the difference quotient, relative to the larger of 1 and that; more than 0.
   * @default 1e-6, or 1e-2 where the layer or loss computes in float32 of its own
   */
  readonly tolerance?: number;
  /**
   * Names the made-up numbers; an integer.
   * @default 7
   */
  readonly seed?: number;
}

/** The options of `checkGradient` for a layer. */
export interface LayerCheckOptions extends CheckOptions {
  /**
   * Units that go into the layer; an integer, at least 1.
   * @default 3
   */
  readonly width?: number;
}

/** The options of `checkGradient` for a loss. */
export interface LossCheckOptions extends CheckOptions {
  /**
   * Output units; an integer, at least 1.
   * @default as many as the loss asks for; else 3 for classes, and 1
   */
  readonly outputs?: number;
  /**
   * Targets, taken in turn.
   * @default 0 and 1 for a binary loss, the numbers of the classes for one of classes, numbers about 0 for regression, within `targets`
   */
  readonly y?: readonly number[];
}

/** What was compared with difference quotients, and how far each was off. */
export interface GradientReport {
  /** The layer's kind or the loss's name. */
  readonly name: string;
  /** Input and parameters of a layer; output of a loss, then output with weights of rows. */
  readonly parts: readonly GradientPart[];
}

/**
 * Holds the gradients of a layer, for its input and each parameter, or of a loss, for the network's output, to central difference quotients
 * in float64: what somebody who writes one should do in a test. Says which gradient is off, where, and by how much.
 *
 * Made-up inputs are normally distributed, parameters too. Of parameters of more than 500 numbers that many are looked at. At a kink, as
 * that of a ReLU, any slope between those of its sides is right.
 * @returns what was compared, when all is right; also where it is not but the layer declares `surrogateGradient`
 * @throws NumericError where a gradient is off or not finite, where the numbers of a pass are not the same when it is made again, or where a pass changes what it was given
 * @throws OptionError where an option is out of bounds
 * @example checkGradient(dense(2)).parts.map(({ name }) => name) //=> ['input', 'w', 'b']
 * @example checkGradient(huber()).parts.every(({ error }) => error < 1e-6) //=> true
 */
export function checkGradient(layer: Layer, options?: LayerCheckOptions): GradientReport;
export function checkGradient(loss: Loss, options?: LossCheckOptions): GradientReport;
export function checkGradient(
  subject: Layer | Loss,
  options: LayerCheckOptions & LossCheckOptions = {},
): GradientReport {
  return 'evaluate' in subject ? checkLoss(subject, options) : checkLayer(subject, options);
}

function checkLayer(layer: Layer, options: LayerCheckOptions): GradientReport {
  checkOptions<LayerCheckOptions>('checkGradient', options, { ...common, width: integer({ least: 1 }) });
  const { width = 3, rows = 4, seed = 7, tolerance } = options;
  const random = (path: number) => {
    const sequence = randomSequence(seed, 'data', path);
    return (i: number) => normal(sequence, i);
  };
  const { kind } = layer;
  const of = layerDifferentiable({
    layer,
    following: [],
    x: Float64Array.from({ length: rows * width }, (_, i) => random(0)(i)),
    rows,
    width,
    value: (parameter, i) => random(2 + parameter)(i),
    weight: random(1),
  });
  const once = of.output().slice();
  if (`${of.output()}` !== `${once}`) {
    throw failure(kind, 'the same output for the same input, mode and batch', 'another one', {
      hint: 'Take random numbers from a function of the seed, the path and the batch that it is given',
    });
  }
  return compare(kind, [of], layer.surrogateGradient ? Infinity : tolerance);
}

function checkLoss(loss: Loss, options: LossCheckOptions): GradientReport {
  checkOptions<LossCheckOptions>('checkGradient', options, {
    ...common,
    outputs: integer({ least: 1 }),
    y: listOf('targets', number(), 1),
  });
  const { task, name } = loss;
  const { rows = 4, seed = 7, tolerance } = options;
  const { outputs = loss.outputs ?? (task === 'classes' ? 3 : 1), y = targetsFor(loss, outputs) } = options;
  const random = randomSequence(seed, 'data');
  const point = {
    loss,
    rows,
    outputs,
    output: Float64Array.from({ length: rows * outputs }, (_, i) => normal(random, i)),
    // As many as the widest loss takes: a number for each output.
    y: Float64Array.from({ length: rows * outputs }, (_, i) => y[i % y.length]),
  };
  const weights = Float64Array.from({ length: rows }, (_, i) => [1, 0.5, 2][i % 3]);
  return compare(name, [lossDifferentiable(point), lossDifferentiable({ ...point, weights })], tolerance);
}

const common = { rows: integer({ least: 1 }), tolerance: number({ above: 0 }), seed: integer() };

function targetsFor({ task, targets: [low, high] = [-Infinity, Infinity] }: Loss, outputs: number): readonly number[] {
  if (task === 'binary') return [0, 1];
  if (task === 'classes') return Array.from({ length: outputs }, (_, c) => c);
  return [-1.3, 0.4, 2.1, 0.9].map((y) => Math.max(low, Math.min(high, y)));
}

/** Compares everything, then complains of all that is off. */
function compare(name: string, of: readonly Differentiable[], tolerance: number | undefined): GradientReport {
  const parts = of.flatMap((each) => compareAll(name, each, tolerance));
  const wrong = parts.filter(({ error, tolerated }) => !(error <= tolerated));
  if (wrong.length === 0) return { name, parts: parts.map(({ tolerated: _, ...part }) => part) };
  throw failure(name, 'gradients that are the difference quotient', wrong.map(inWords).join('; '), {
    hint: 'Mend what its backward pass, or the gradient of its loss, computes',
  });
}

function compareAll(
  name: string,
  of: Differentiable,
  tolerance: number | undefined,
): (GradientPart & { readonly tolerated: number })[] {
  const before = of.parts.map(({ values }) => values.slice());
  of.differentiate();
  const first = of.parts.map((part) => part.gradient()?.slice());
  of.differentiate();
  const { parts } = of;
  parts.forEach(({ name: part, values, gradient }, i) => {
    if (`${values}` !== `${before[i]}`) {
      throw failure(name, `${part} as it was given`, 'another one after the passes', {
        hint: 'Write to arrays of its own',
      });
    }
    if (`${gradient()}` === `${first[i]}`) return;
    throw failure(name, `the same gradient of ${part} when it is asked for again`, 'another one', {
      hint: 'Write the gradient, do not add to it, and keep nothing from one pass to the next',
    });
  });
  const coarse = isCoarse(of);
  const tolerated = tolerance ?? (coarse ? COARSE_TOLERANCE : 1e-6);
  return parts.map((part) => ({ ...compareGradient(of, part, coarse), tolerated }));
}

function inWords({ name, error, at, gradient, expected, factor }: GradientPart): string {
  if (Number.isNaN(gradient)) return `the gradient of ${name} is missing or not a number`;
  const place = `${name}[${at.join(', ')}]`;
  if (factor !== undefined) return `the gradient of ${name} is ${shown(factor)} times that, in all numbers`;
  return `that of ${place} is ${shown(gradient)} and not ${shown(expected)}, off by ${shown(error)}`;
}

function failure(name: string, expected: string, received: string, more: { readonly hint: string }): NumericError {
  return new NumericError({ where: `checkGradient: ${name}`, expected, received, ...more });
}

const shown = (value: number) => digits(value, 4);
