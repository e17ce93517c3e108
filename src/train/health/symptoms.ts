import type { Network } from '../../network/network.ts';
import type { Problem, Step } from '../types.ts';
import { activationVariance } from './activationVariance.ts';
import { copiedUnits } from './copiedUnits.ts';
import { deadUnits, tellsDeadUnits } from './deadUnits.ts';
import type { Diagnosis } from './diagnosis.ts';
import { gradientFlow } from './gradientFlow.ts';
import { hiddenActivations } from './hiddenActivations.ts';
import { initialWeights } from './initialWeights.ts';
import { saturation } from './saturation.ts';
import { levelsOfActivation, levelsOfGradient, ofManyUnits, rootMeanSquare } from './signals.ts';
import { createUnitWatch, type UnitWatchState } from './unitWatch.ts';
import type { WeightedLayer } from './weightedLayers.ts';

/** What is remembered of the network; plain JSON. */
export interface SymptomsState {
  readonly units: UnitWatchState;
  /** The size of each layer's weights before the first step; null where they were trained before. */
  readonly sizes: readonly number[] | null;
  /** What was wrong with the network when it was first looked at; null before. */
  readonly atFirst: readonly Problem[] | null;
}

/** Looks at activations, gradients and weights. */
export interface Symptoms {
  /** Called before the first step. */
  begin(): void;
  /** Looks at the units in the last forward pass. */
  look(step: Step): void;
  /** Units that learn the same. */
  copies(): readonly Diagnosis[];
  /** Whether the network was not looked at yet. */
  readonly areNew: boolean;
  /**
   * What is wrong with the network as the last forward pass has left it.
   *
   * @param isFirst whether that is how it was at first
   */
  examine(step: Step, isFirst: boolean): readonly Diagnosis[];
  /** The first of the last symptoms that an update may have led to. */
  readonly acquired: Diagnosis | undefined;
  /** The first weights, where they are behind what is wrong. */
  weightsBehind(step: Step, wrong: readonly Diagnosis[]): Diagnosis | undefined;
  snapshot(): SymptomsState;
  restore(state: SymptomsState): void;
}

/** So many rows of a mini-batch tell of saturation and variance. */
const SAMPLE = 128;

/** @param trained whether the parameters were trained before the first step */
export function createSymptoms(network: Network, weighted: readonly WeightedLayer[], trained: boolean): Symptoms {
  const units = createUnitWatch();
  const parted = new Set<string>();
  let sizes: readonly number[] | null = null;
  let begun = trained;
  let atFirst: readonly Problem[] | null = trained ? [] : null;
  let acquired: Diagnosis | undefined;

  /** A window that has seen too few rows goes on until the next examination. */
  function examineUnits(isFirst: boolean): (Diagnosis | undefined)[] {
    const { rows, sinceFirst } = units;
    const found = units.silent().map((silent) => deadUnits(silent, rows, sinceFirst));
    if (isFirst) return found.filter((diagnosis) => diagnosis?.measured === 1);
    if (tellsDeadUnits(rows)) units.clear();
    return found;
  }

  return {
    begin() {
      if (!begun) sizes = weighted.map(({ w }) => rootMeanSquare(w));
      begun = true;
    },
    look({ n, step }) {
      units.look(n, step === 1 && !trained, () => hiddenActivations(network, n));
    },
    copies() {
      // Units that have parted stay apart: a layer is looked at no more.
      return weighted.flatMap((weights) => {
        const { layer, isLast } = weights;
        if (isLast || parted.has(layer)) return [];
        const found = copiedUnits(layer, weights);
        if (!found) parted.add(layer);
        return found ?? [];
      });
    },
    get areNew() {
      return atFirst === null;
    },
    examine(step, isFirst) {
      const n = Math.min(step.n, SAMPLE);
      const activations = hiddenActivations(network, step.n);
      const { sinceFirst } = units;
      const found = [
        ...examineUnits(isFirst),
        gradientFlow(levelsOfGradient(network, weighted, step.n)),
        ...activations.map(({ layer, facts, a, width }) => saturation(layer, facts, a.subarray(0, n * width), isFirst)),
        activationVariance(ofManyUnits(levelsOfActivation(activations, n))),
      ].filter((diagnosis) => diagnosis !== undefined);
      atFirst ??= isFirst ? found.map(({ problem }) => problem) : [];
      const known = sinceFirst ? [...atFirst, 'deadUnits'] : atFirst;
      acquired = found.find(({ problem }) => !known.includes(problem));
      return found;
    },
    get acquired() {
      return acquired;
    },
    weightsBehind({ x, n }, wrong) {
      if (!sizes) return undefined;
      const given = [{ layer: 'input', a: x, width: network.inputs }, ...hiddenActivations(network, n)];
      const levels = levelsOfActivation(given, Math.min(n, SAMPLE));
      const signals = levels.slice(1).map(({ layer, variance }, i) => {
        const from = levels[i].variance;
        return { layer, factor: from > 0 ? Math.sqrt(variance / from) : 1 };
      });
      const output = rootMeanSquare(network.activations().at(-1)?.values ?? []);
      const weights = weighted.map((each, i) => ({ ...each, size: sizes?.[i] ?? 0 }));
      return initialWeights(weights, { symptoms: wrong, signals, output });
    },
    snapshot: () => ({ units: units.snapshot(), sizes, atFirst }),
    restore(state) {
      units.restore(state.units);
      ({ sizes, atFirst } = state);
      begun = true;
    },
  };
}
