import type { EpochEnd, Finding, Report, Step, TrainingEvent, Validation } from '../train/types.ts';

const numbers = new Float32Array([0.5, -1]);

/** A step of two rows with the number `step`. */
export function stepEvent(step: number): Step {
  return {
    kind: 'step',
    epoch: 1,
    n: 2,
    x: numbers,
    codes: [],
    y: numbers,
    position: { epoch: 0, window: 0, cursor: null, skip: 0, offset: 2 * step },
    mode: 'training',
    output: numbers,
    outputs: 1,
    loss: 1 / step,
    dOutput: numbers,
    gradient: numbers,
    gradientNorm: 1.5,
    gradientRows: 2,
    step,
    rows: 2 * step,
    learningRate: 0.001,
  };
}

/** A report after the step with the number `step`. */
export function reportEvent(step: number): Report {
  return {
    kind: 'report',
    step,
    epoch: 1,
    rows: 2 * step,
    loss: 1 / step,
    rowsPerSecond: 1000,
    learningRate: 0.001,
    gradientNorm: 1.5,
    inFlight: 1,
    waitMs: 0.25,
    computeMs: 1.5,
    sinkMs: 0.25,
    bottleneck: 'training',
    memoryBytes: 5e9,
    missing: 3,
    unseen: 4,
    badRows: 5,
  };
}

/** A validation after the step with the number `step`. */
export function validationEvent(step: number): Validation {
  const metrics = { auc: 0.75, logLoss: 0.5 };
  const baseline = { auc: 0.5, logLoss: 0.625 };
  const constants = { auc: 'any constant', logLoss: 'the share 0.25 of 1' };
  return { kind: 'validation', step, epoch: 1, rows: 10, metrics, baseline, constants, isBest: true };
}

/** The end of an epoch after the step with the number `step`. */
export function epochEvent(step: number): EpochEnd {
  return { kind: 'epoch', step, epoch: 1, rows: 2 * step, loss: 0.75, seconds: 0.5, rowsPerSecond: 1000 };
}

/** A finding at the step with the number `step`. */
export function findingEvent(step: number): Finding {
  return {
    kind: 'finding',
    step,
    epoch: 1,
    problem: 'deadUnits',
    layer: '2.relu',
    measured: 0.75,
    expected: 'at most 0.4',
    message: '2.relu: 3 of 4 units are dead',
    advice: 'Lower the learning rate',
  };
}

/** Two steps with a report each, a finding before the second, then a validation and the end of the epoch. */
export function someEvents(): TrainingEvent[] {
  return [
    ...[reportEvent(1), stepEvent(1)],
    ...[findingEvent(2), reportEvent(2), stepEvent(2)],
    ...[validationEvent(2), epochEvent(2)],
  ];
}
