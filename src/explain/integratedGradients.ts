import type { ModelRow } from '../model/encodeRow.ts';
import type { Model } from '../model/model.ts';
import { openGradient } from '../model/openGradient.ts';
import { bound, integer, isObject, listOf, number, required } from '../options/bounds.ts';
import { checkOption, checkOptions } from '../options/checkOptions.ts';
import { pathEffects } from './pathEffects.ts';

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
  /** The greatest effect first, up or down. */
  readonly effects: readonly FeatureEffect[];
}

/** What a feature adds, derived ones by their own name. */
export interface FeatureEffect {
  readonly feature: string;
  /** The columns of the source that it is made of: one, but for derived features. Features of the same one may be added up. */
  readonly columns: readonly string[];
  readonly effect: number;
}

export interface IntegratedGradientsOptions {
  /** Rows to begin at, which stand for what the model usually sees; the effects are the mean over them. */
  readonly background: readonly ModelRow[];
  /**
   * How far the effects of a background row may be off, all together, relative to the difference that they make up or to 1; above 0.
   * @default 1e-5
   */
  readonly tolerance?: number;
  /**
   * Of more than two classes: the number of the class whose score is explained.
   * @default the predicted one
   */
  readonly class?: number;
}

/**
 * Explains a prediction by integrated gradients: the gradient of the network's output by what it sees, added up along the straight way from a
 * background row to the row. The effects add up to `value - base`.
 *
 *   effect[i] = (x[i] - b[i]) * mean of df/dx[i] along b + t (x - b), t from 0 to 1
 *
 * The way is halved where the gradient changes, until halving it again makes no difference: `tolerance`. It costs one backward pass a point, however
 * many columns there are, where Shapley values need a prediction for each; but it says what features, as the network sees them, do, not columns of the
 * source.
 *
 * @param model one that `loadModel` has given
 * @param row one, or a list of them, for which there is a list of explanations, in less time than one by one
 * @throws OptionError where an option is out of bounds, the tolerance cannot be reached, or the model is another object
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
): GradientExplanation;
export function integratedGradients(
  model: Model,
  rows: readonly ModelRow[],
  options: IntegratedGradientsOptions,
): readonly GradientExplanation[];
export function integratedGradients(
  model: Model,
  given: ModelRow | readonly ModelRow[],
  options: IntegratedGradientsOptions,
): GradientExplanation | readonly GradientExplanation[] {
  checkOptions<IntegratedGradientsOptions>('integratedGradients', options, {
    background: required(listOf('rows', bound('an object by column', isObject), 1)),
    tolerance: number({ above: 0 }),
    class: integer({ least: 0 }),
  });
  const gradient = openGradient(model);
  if (options.class !== undefined) {
    checkOption('integratedGradients: class', options.class, integer({ least: 0, most: gradient.outputs - 1 }));
  }
  const { tolerance = 1e-5 } = options;
  const { features, scale, shift, width } = gradient;
  const background = options.background.map((other) => {
    const x = gradient.encode(other);
    return { x, values: gradient.outputsAt(x, 1) };
  });
  const output = model.schema.target.kind === 'regression' ? 'predicted' : 'score';

  function explained(row: ModelRow): GradientExplanation {
    const x = gradient.encode(row);
    const own = gradient.outputsAt(x, 1);
    const k = options.class ?? own.indexOf(Math.max(...own));
    const added = new Float64Array(width);
    let base = 0;
    for (const { x: other, values } of background) {
      base += values[k] / background.length;
      const effects = pathEffects(gradient, other, x, k, tolerance);
      for (let i = 0; i < width; i++) added[i] += effects[i] / background.length;
    }
    const effects = features.map(({ name, columns, column, width }) => ({
      feature: name,
      columns,
      effect: scale * added.subarray(column, column + width).reduce((sum, each) => sum + each, 0),
    }));
    return {
      output,
      base: scale * base + shift,
      value: scale * own[k] + shift,
      effects: effects.sort((a, b) => Math.abs(b.effect) - Math.abs(a.effect)),
    };
  }
  return isRows(given) ? given.map(explained) : explained(given);
}

function isRows(given: ModelRow | readonly ModelRow[]): given is readonly ModelRow[] {
  return Array.isArray(given);
}
