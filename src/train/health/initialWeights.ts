import { figure } from '../../format/figures.ts';
import type { Problem } from '../types.ts';
import type { Diagnosis } from './diagnosis.ts';

/** A layer's weights before the first update. */
export interface FirstWeights {
  readonly layer: string;
  readonly inputs: number;
  readonly units: number;
  /** Whether it gives the network's output. */
  readonly isLast: boolean;
  /** Their root mean square. */
  readonly size: number;
}

/** The root mean square of weights that keep the level of a signal both ways, as `xavier` begins with. */
export function xavierSize(inputs: number, units: number): number {
  return Math.sqrt(2 / (inputs + units));
}

/** What goes into the layers, and comes out, at the first step. */
export interface FirstSignal {
  readonly layer: string;
  /** The standard deviation of a unit over the rows, over that of what goes into the layers before. */
  readonly factor: number;
}

/** Smaller than Xavier's, which are the smallest in use, or larger than He's, which are the largest, by this factor. */
const FAR = 3;
/** A layer that lets so little through. Sigmoids with Xavier's weights let through 0.04, and more. */
const LEAST_FACTOR = 0.01;
/** Root mean square of outputs: those of healthy networks began with up to 3.2. */
const MOST_OUTPUT = 10;

/** What weights that are too small, and too large, make of a network. */
const ofSmall: readonly Problem[] = [
  'shrinkingActivations',
  'vanishingGradient',
  'learningRateTooLow',
  'zeroGradient',
  'smallUpdates',
];
const ofLarge: readonly Problem[] = [
  'growingActivations',
  'explodingGradient',
  'vanishingGradient',
  'saturation',
  'deadUnits',
  'learningRateTooHigh',
  'smallUpdates',
];

/** What the first mini-batch shows, before anything was learned. */
export interface FirstStep {
  /** What is wrong with it. */
  readonly symptoms: readonly Diagnosis[];
  /** Hidden activations, input first. */
  readonly signals: readonly FirstSignal[];
  /** The root mean square of the outputs. */
  readonly output: number;
}

/**
 * First weights that are far from those that keep the level of a signal, where it shows: a normalization may make up for them, and a last layer
 * may begin with small ones, or none.
 */
export function initialWeights(
  weights: readonly FirstWeights[],
  { symptoms, signals, output }: FirstStep,
): Diagnosis | undefined {
  const xavier = ({ inputs, units }: FirstWeights) => xavierSize(inputs, units);
  const he = ({ inputs }: FirstWeights) => Math.sqrt(2 / inputs);
  const found = (problems: readonly Problem[]) => symptoms.find(({ problem }) => problems.includes(problem))?.message;

  const weak = signals.find(({ factor }) => factor < LEAST_FACTOR);
  const small = weights.find((each) => !each.isLast && each.size * FAR < xavier(each));
  const faint = weak && `${weak.layer} lets ${figure(weak.factor)} of the differences between rows through`;
  const isSmall = found(ofSmall) ?? faint;
  if (small && isSmall) {
    return {
      problem: 'smallInitialWeights',
      layer: small.layer,
      measured: small.size,
      expected: `about ${figure(xavier(small))} to ${figure(he(small))}`,
      message: `${small.layer}: its first weights are too small, ${figure(small.size)} in size: ${isSmall}`,
      advice:
        'Begin with weights as he() gives before relu() and xavier() before tanh(), the default, or put batchNorm() behind',
      explains: [...ofSmall, 'deadUnits'],
    };
  }
  const large = weights.find((each) => each.size > FAR * he(each));
  const isLarge =
    found(ofLarge) ?? (output > MOST_OUTPUT ? `the first outputs are ${figure(output)} in size` : undefined);
  if (!large || !isLarge) return undefined;
  return {
    problem: 'largeInitialWeights',
    layer: large.layer,
    measured: large.size,
    expected: `about ${figure(xavier(large))} to ${figure(he(large))}`,
    message: `${large.layer}: its first weights are too large, ${figure(large.size)} in size: ${isLarge}`,
    advice:
      'Begin with weights as he() gives before relu() and xavier() before tanh(), the default, or put batchNorm() behind',
    explains: ofLarge,
  };
}
