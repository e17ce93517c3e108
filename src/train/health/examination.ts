import type { Activation, Network } from '../../network/network.ts';
import type { RowLayout, Step, Vector } from '../../types.ts';
import { type ActivationLevel, activationVariance } from './activationVariance.ts';
import { copiedUnits } from './copiedUnits.ts';
import { deadUnits, tellsDeadUnits } from './deadUnits.ts';
import type { Diagnosis } from './diagnosis.ts';
import { featureRange } from './featureRange.ts';
import { type GradientLevel, gradientFlow } from './gradientFlow.ts';
import { type HiddenActivation, hiddenActivations } from './hiddenActivations.ts';
import { orderedStream } from './orderedStream.ts';
import { ratioOfUpdate } from './ratioOfUpdate.ts';
import { createRowWindow, type RowWindowState } from './rowWindow.ts';
import { saturation } from './saturation.ts';
import { createStreamOrder, type StreamOrderState } from './streamOrder.ts';
import { unitVariance } from './unitVariance.ts';
import { moves, updateRatio } from './updateRatio.ts';
import { type WeightedLayer, weightedLayers } from './weightedLayers.ts';

export interface ExaminationOptions {
  readonly everySteps: number;
  readonly layout?: RowLayout;
}

/** What is remembered between examinations; plain JSON. */
export interface ExaminationState {
  readonly window: RowWindowState;
  readonly order: StreamOrderState;
  /** Layers whose weights have moved. */
  readonly moved: readonly string[];
  /** The largest learning rate so far. */
  readonly learningRate: number;
}

/** Looks at a network from time to time. */
export interface Examination {
  /** Called before the next step, whichever it is. */
  begin(): void;
  /** Called after every step. Gives all that is wrong when an examination is due, undefined when none is. */
  follow(step: Step): readonly Diagnosis[] | undefined;
  snapshot(): ExaminationState;
  restore(state: ExaminationState): void;
}

/** Between two examinations rows are looked at so often, and more often where it takes more steps to see so many rows. */
const LOOKS = 8;
const ROWS = 256;
/** So many rows of a mini-batch tell of saturation and variance. */
const SAMPLE = 128;

export function createExamination(network: Network, { everySteps, layout }: ExaminationOptions): Examination {
  const weighted = weightedLayers(network);
  const lookEvery = Math.max(1, Math.floor(everySteps / Math.max(LOOKS, Math.ceil(ROWS / network.batch))));
  const blockEvery = Math.max(1, Math.floor(everySteps / LOOKS));
  const isDue = (step: number) => step === 1 || step % everySteps === 0;
  const window = createRowWindow(layout);
  const order = createStreamOrder(layout);
  const before = network.parameters.slice();
  const parted = new Set<string>();
  let moved = new Set<string>();
  let learningRate = 0;

  function examine(step: Step): Diagnosis[] {
    const given = network.activations();
    const activations = hiddenActivations(given, step.n);
    window.look(step, () => activations);
    const n = Math.min(step.n, SAMPLE);
    const found = [
      ...activations.map(({ layer, kind, a, width }) =>
        saturation(layer, kind, a.subarray(0, n * width), step.step === 1),
      ),
      activationVariance(levelsOfActivation(activations, n)),
      gradientFlow(levelsOfGradient(network, weighted, given)),
      ...examineCopies(),
      orderedStream(order.columns(), order.blocks, order.rows),
      ...window.features().map(({ feature, far, rows }) => featureRange(feature, far, rows)),
    ];
    window.clearFeatures();
    // The first step says nothing of how it will go on.
    if (step.step > 1) found.push(...examineUpdates(step), ...examineUnits());
    return found.filter((diagnosis) => diagnosis !== undefined);
  }

  /** Units that have parted stay apart: a layer is looked at no more. */
  function examineCopies(): (Diagnosis | undefined)[] {
    return weighted.map((weights) => {
      const { layer, isLast } = weights;
      if (isLast || parted.has(layer)) return undefined;
      const found = copiedUnits(layer, weights);
      if (!found) parted.add(layer);
      return found;
    });
  }

  function examineUpdates(step: Step): (Diagnosis | undefined)[] {
    const schedule = step.learningRate / learningRate;
    return weighted.map(({ layer, w, offset }) => {
      const ratio = ratioOfUpdate(w, before.subarray(offset, offset + w.length));
      if (moves({ ratio, schedule })) moved.add(layer);
      return updateRatio({ layer, ratio, schedule, moved: moved.has(layer) });
    });
  }

  /** A window that has seen too few rows goes on until the next examination. */
  function examineUnits(): (Diagnosis | undefined)[] {
    const { rows } = window;
    if (!tellsDeadUnits(rows)) return [];
    const found = window.silent().map(({ layer, silent, units }) => deadUnits(layer, silent, units, rows));
    window.clearUnits();
    return found;
  }

  return {
    begin: () => before.set(network.parameters),
    follow(step) {
      const due = isDue(step.step);
      order.look(step, step.step % blockEvery === 0);
      learningRate = Math.max(learningRate, step.learningRate);
      const found = due ? examine(step) : undefined;
      if (!due && step.step % lookEvery === 0) {
        window.look(step, () => hiddenActivations(network.activations(), step.n));
      }
      if (isDue(step.step + 1)) before.set(network.parameters);
      return found;
    },
    snapshot: () => ({ window: window.snapshot(), order: order.snapshot(), moved: [...moved], learningRate }),
    restore(state) {
      window.restore(state.window);
      order.restore(state.order);
      moved = new Set(state.moved);
      learningRate = state.learningRate;
    },
  };
}

function levelsOfActivation(activations: readonly HiddenActivation[], n: number): ActivationLevel[] {
  return activations.flatMap(({ layer, a, width }) => {
    const variance = unitVariance(a, n, width);
    return variance === undefined ? [] : { layer, variance };
  });
}

/** Layers inside of others are left out: what goes into them is not known. */
function levelsOfGradient(
  { engine: { kernels } }: Network,
  weighted: readonly WeightedLayer[],
  inputs: readonly Activation[],
): GradientLevel[] {
  const meanSquare = (v: Vector) => kernels.sumOfSquares(v, v.length) / v.length;
  return weighted.flatMap(({ layer, dw, inputIndex }) => {
    if (inputIndex === undefined || inputs.length === 0) return [];
    const input = meanSquare(inputs[inputIndex].values);
    return input > 0 ? { layer, level: Math.sqrt(meanSquare(dw) / input) } : [];
  });
}
