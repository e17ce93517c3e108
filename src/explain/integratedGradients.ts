import type { ModelRow } from '../model/encodeRow.ts';
import type { Model } from '../model/model.ts';
import { type ModelGradient, openGradient, ROWS } from '../model/openGradient.ts';
import { bound, integer, isObject, listOf, number, required } from '../options/bounds.ts';
import { checkOption, checkOptions } from '../options/checkOptions.ts';

/** What each feature adds to what the network gives for a row, against what it gives on average. */
export interface GradientExplanation {
  /**
   * What is explained: `predicted`, the number in the target's unit; or `score`, what the network gives before it becomes a probability: of two
   * classes the log odds of the second, of more the one of the predicted class, without calibration.
   */
  readonly output: 'predicted' | 'score';
  /** The mean of the output over the background rows. */
  readonly base: number;
  /** The output for the row: `base` and all effects together. */
  readonly value: number;
  /** By feature, derived ones by their own name, the greatest effect first, up or down. */
  readonly effects: readonly { readonly feature: string; readonly effect: number }[];
}

export interface IntegratedGradientsOptions {
  /** Rows to begin at, which stand for what the model usually sees; the effects are the mean over them. */
  readonly background: readonly ModelRow[];
  /**
   * How far the effects of a background row may be from adding up, relative to the difference that they make up or to 1; above 0.
   * @default 1e-6
   */
  readonly tolerance?: number;
  /**
   * Of more than two classes: the number of the class whose score is explained.
   * @default the predicted one
   */
  readonly class?: number;
}

/** Halvings of the way, at most: kinks are found to a billionth of it. */
const HALVINGS = 30;

/**
 * Explains a prediction by integrated gradients: the gradient of the network's output by what it sees, added up along the straight way from a
 * background row to the row. The effects add up to `value - base`.
 *
 *   effect[i] = (x[i] - b[i]) * mean of df/dx[i] along b + t (x - b), t from 0 to 1
 *
 * The way is halved where the gradient changes, until the effects add up: `tolerance`. It costs one backward pass a point, however many columns there
 * are, where Shapley values need a prediction for each; but it says what features, as the network sees them, do, not columns of the source.
 *
 * @param model one that `loadModel` has given
 * @throws OptionError where an option is out of bounds, or the model is another object
 * @throws SchemaError where a row lacks a column that the model needs
 * @example
 * ```ts
 * const model = await loadModel('runs/flats/1');
 * const background = [{ size: 60, rooms: 2 }, { size: 120, rooms: 5 }];
 * const { base, value, effects } = integratedGradients(model, { size: 82, rooms: 3 }, { background });
 * ```
 * @see Sundararajan, Taly and Yan 2017, Axiomatic attribution for deep networks, arXiv:1703.01365
 */
export function integratedGradients(
  model: Model,
  row: ModelRow,
  options: IntegratedGradientsOptions,
): GradientExplanation {
  checkOptions<IntegratedGradientsOptions>('integratedGradients', options, {
    background: required(listOf('rows', bound('an object by column', isObject), 1)),
    tolerance: number({ above: 0 }),
    class: integer({ least: 0 }),
  });
  const gradient = openGradient(model);
  if (options.class !== undefined) {
    checkOption('integratedGradients: class', options.class, integer({ least: 0, most: gradient.outputs - 1 }));
  }
  const { background, tolerance = 1e-6 } = options;
  const { features, scale, shift, width } = gradient;
  const x = gradient.encode(row);
  const own = gradient.outputsAt(x, 1);
  const k = options.class ?? own.indexOf(Math.max(...own));
  const added = new Float64Array(width);
  let base = 0;
  for (const other of background) {
    const b = gradient.encode(other);
    base += gradient.outputsAt(b, 1)[k] / background.length;
    const effects = along(gradient, b, x, k, tolerance);
    for (let i = 0; i < width; i++) added[i] += effects[i] / background.length;
  }
  const effects = features.map(({ name, column, width }) => ({
    feature: name,
    effect: scale * added.subarray(column, column + width).reduce((sum, each) => sum + each, 0),
  }));
  return {
    output: model.schema.target.kind === 'regression' ? 'predicted' : 'score',
    base: scale * base + shift,
    value: scale * own[k] + shift,
    effects: effects.sort((a, b) => Math.abs(b.effect) - Math.abs(a.effect)),
  };
}

/** A part of the way. */
interface Part {
  readonly begin: number;
  readonly end: number;
}

/** The effects of x against b. A part of the way whose gradient, taken in its middle, does not explain its difference is halved. */
function along(gradient: ModelGradient, b: Float64Array, x: Float64Array, k: number, tolerance: number): Float64Array {
  const { width } = gradient;
  const effects = new Float64Array(width);
  const step = x.map((value, i) => value - b[i]);
  const at = (places: readonly number[]) => {
    const points = new Float64Array(places.length * width);
    for (const [p, t] of places.entries()) for (let i = 0; i < width; i++) points[p * width + i] = b[i] + t * step[i];
    return points;
  };
  const outputs = (places: readonly number[]) =>
    inChunks(places, (chunk) =>
      gradient.outputsAt(at(chunk), chunk.length).filter((_, i) => i % gradient.outputs === k),
    );
  const [from, to] = outputs([0, 1]);
  const tolerated = tolerance * Math.max(1, Math.abs(to - from));
  let parts: readonly Part[] = Array.from({ length: 16 }, (_, i) => ({ begin: i / 16, end: (i + 1) / 16 }));
  for (let halvings = 0; parts.length > 0; halvings++) {
    const ends = outputs([...parts.map(({ begin }) => begin), ...parts.map(({ end }) => end)]);
    const middles = parts.map(({ begin, end }) => (begin + end) / 2);
    const slopes = inChunks(middles, (chunk) => gradient.gradientAt(at(chunk), chunk.length, k));
    const rest: Part[] = [];
    for (const [p, part] of parts.entries()) {
      const length = part.end - part.begin;
      let found = 0;
      for (let i = 0; i < width; i++) found += length * slopes[p * width + i] * step[i];
      // Each part may be off by its share; where kinks lie close together, the share of the smallest part is all that is left.
      const off = Math.abs(found - (ends[parts.length + p] - ends[p]));
      if (off > (tolerated / 2) * length && off > tolerated / 1e4 && halvings < HALVINGS) {
        rest.push({ begin: part.begin, end: middles[p] }, { begin: middles[p], end: part.end });
      } else for (let i = 0; i < width; i++) effects[i] += length * slopes[p * width + i] * step[i];
    }
    parts = rest;
  }
  return effects;
}

/** Numbers of places, asked for as many at a time as there is memory for. */
function inChunks(places: readonly number[], ask: (chunk: readonly number[]) => Float64Array): number[] {
  const found: number[] = [];
  for (let begin = 0; begin < places.length; begin += ROWS) {
    for (const value of ask(places.slice(begin, begin + ROWS))) found.push(value);
  }
  return found;
}
