import type { Tensor } from '../checkpoint/types.ts';
import type { Engine, Vector } from '../engine/types.ts';
import { ResumeError } from '../errors.ts';
import type { Network } from '../network/network.ts';
import type { ParameterPlace } from '../network/types.ts';
import type { MovingAverage } from '../optimizer/movingAverage.ts';
import type { Optimizer } from '../optimizer/optimizer.ts';
import { createPlateau, type PlateauState } from '../optimizer/schedules/plateau.ts';
import type { EarlyStopping, Observed, StoppingState, Verdict } from './earlyStopping.ts';
import { builtInMetrics } from './metrics/metricsFor.ts';
import { readMetric } from './readMetric.ts';

/** A copy of what training has changed. */
export interface TrainingSnapshot {
  /**
   * Parameters and buffers by name, `2.dense.w`; of the parameters also the optimizer's moments, `adam.m/2.dense.w`, their moving average and
   * the best so far, where there are any.
   */
  readonly tensors: Readonly<Record<string, Tensor>>;
  readonly counters: TrainingCounters;
}

/** Plain JSON. */
export interface TrainingCounters {
  readonly step: number;
  readonly rows: number;
  /** Of a learning rate that is cut on a plateau. */
  readonly plateau?: PlateauState;
  /** Of early stopping. */
  readonly stopping?: StoppingState;
  /** Whether the best parameters are in place, and the last ones kept in theirs. */
  readonly restored?: boolean;
}

/** What training does besides updates. */
export interface TrainingControl {
  /** Keeps an average of the parameters; none by default. */
  readonly movingAverage?: MovingAverage;
  /** Says when to stop, and keeps the best parameters; never by default. */
  readonly earlyStopping?: EarlyStopping;
}

/** What training changes besides the parameters; `update` moves it on. */
export interface TrainingState {
  /** The optimizer's moments, flat as the parameters. */
  readonly moments: readonly Vector[];
  /** Updates so far, over all epochs and resumes. */
  step: number;
  /** Rows trained on so far, over all epochs and resumes. */
  rows: number;
  /** What plateaus have made of the learning rate; 1 at first. */
  readonly rateFactor: number;
  /** Whether early stopping has ended training. */
  readonly stopped: boolean;
  /** Whether the parameters of the best validation are in place: see `restoreBest`. */
  readonly restored: boolean;
  /** Counts an update that has been made of `rows` rows, and moves the average. */
  advance(rows: number): void;
  /**
   * Takes note of a validation: the learning rate may be cut, the parameters may be kept as the best.
   * @returns whether training shall go on; `same` without early stopping
   * @throws OptionError where a metric that is waited for is not there
   * @throws DataError where it is not defined for the held-out rows
   */
  observe(validation: Observed): Verdict;
  /** Exchanges the parameters of the network with their moving average, for evaluation, and back; nothing where there is none. */
  exchange(): void;
  /**
   * At the end of training: puts the parameters, buffers and average of the best validation in place, where early stopping has kept
   * any. The last ones are kept where the best were.
   */
  restoreBest(): void;
  /** Before more training: undoes `restoreBest`, so that training goes on from the last parameters as if it had never ended. */
  resumeTraining(): void;
  /** A copy of parameters, buffers, moments, average, best and counters. */
  snapshot(): TrainingSnapshot;
  /**
   * Puts all of a snapshot back. Changes nothing when it throws.
   * @throws ResumeError where a tensor is not there or has another shape
   */
  restore(snapshot: TrainingSnapshot): void;
}

/**
 * * Takes the memory for an optimizer's moments, all zeros, and sets the counters to zero.
 * @example createTrainingState(network, adam({ learningRate: 1e-3 }), engine).step
 */
export function createTrainingState(
  network: Network,
  optimizer: Optimizer,
  engine: Engine,
  { movingAverage, earlyStopping }: TrainingControl = {},
): TrainingState {
  const { parameters, places, buffers, bufferPlaces } = network;
  const moments = optimizer.moments.map(() => engine.vector(parameters.length));
  const average = movingAverage && engine.vector(parameters.length);
  average?.set(parameters);
  const plateauOptions = (optimizer.knowing?.(builtInMetrics) ?? optimizer).plateau;
  const plateau = plateauOptions && createPlateau(plateauOptions);
  const watch = earlyStopping?.begin();

  const evaluated: readonly NamedVector[] = [
    ['', parameters, places],
    ['', buffers, bufferPlaces],
    ...(average ? [['movingAverage/', average, places] as const] : []),
  ];
  const best: readonly NamedVector[] = watch
    ? evaluated.map(([name, vector, inVector]) => [`best/${name}`, vector.slice(), inVector])
    : [];
  const tensors = [
    ...evaluated,
    ...optimizer.moments.map((name, i) => [`${optimizer.name}.${name}/`, moments[i], places] as const),
    ...best,
  ].flatMap(tensorsOf);
  let exchanged = false;
  let restored = false;

  /** Does something with the parameters as they are trained. */
  function asTrained<T>(work: () => T): T {
    if (!exchanged) return work();
    state.exchange();
    try {
      return work();
    } finally {
      state.exchange();
    }
  }

  const state: TrainingState = {
    moments,
    step: 0,
    rows: 0,
    get rateFactor() {
      return plateau?.factor ?? 1;
    },
    get stopped() {
      return watch?.stopped ?? false;
    },
    get restored() {
      return restored;
    },
    advance(rows) {
      state.step++;
      state.rows += rows;
      if (average) movingAverage.update(engine.kernels, average, parameters, state.step);
    },
    observe(validation) {
      if (plateau && plateauOptions) {
        const known = plateau.snapshot().best !== null;
        plateau.observe(readMetric('onPlateau', validation, plateauOptions.metric, known));
      }
      const verdict = watch?.update(validation) ?? 'same';
      if (verdict === 'better') asTrained(() => copy(evaluated, best));
      return verdict;
    },
    exchange() {
      if (!average) return;
      exchanged = !exchanged;
      for (let i = 0; i < average.length; i++) {
        const w = parameters[i];
        parameters[i] = average[i];
        average[i] = w;
      }
    },
    restoreBest() {
      if (restored || !watch || watch.snapshot().best === null) return;
      asTrained(() => swap(best, evaluated));
      restored = true;
    },
    resumeTraining() {
      if (restored) asTrained(() => swap(best, evaluated));
      restored = false;
    },
    snapshot: () =>
      asTrained(() => ({
        tensors: Object.fromEntries(tensors.map(({ name, shape, part }) => [name, { shape, data: part.slice() }])),
        counters: {
          step: state.step,
          rows: state.rows,
          ...(plateau && { plateau: plateau.snapshot() }),
          ...(watch && { stopping: watch.snapshot(), restored }),
        },
      })),
    restore(snapshot) {
      const found = tensors.map((tensor) => findTensor(snapshot, tensor));
      asTrained(() => {
        tensors.forEach(({ part }, i) => {
          part.set(found[i]);
        });
      });
      const { counters } = snapshot;
      state.step = counters.step;
      state.rows = counters.rows;
      if (counters.plateau) plateau?.restore(counters.plateau);
      if (counters.stopping) watch?.restore(counters.stopping);
      restored = counters.restored ?? false;
    },
  };
  return state;
}

/** A prefix of names, a vector, and what lies where in it. */
type NamedVector = readonly [prefix: string, vector: Vector, places: readonly ParameterPlace[]];

interface NamedPart {
  readonly name: string;
  readonly shape: readonly number[];
  readonly part: Vector;
}

function tensorsOf([prefix, vector, places]: NamedVector): NamedPart[] {
  return places.map(({ name, shape, offset, length }) => ({
    name: prefix + name,
    shape,
    part: vector.subarray(offset, offset + length),
  }));
}

function swap(some: readonly NamedVector[], others: readonly NamedVector[]): void {
  some.forEach(([, vector], i) => {
    const before = vector.slice();
    vector.set(others[i][1]);
    others[i][1].set(before);
  });
}

function copy(from: readonly NamedVector[], to: readonly NamedVector[]): void {
  from.forEach(([, vector], i) => {
    to[i][1].set(vector);
  });
}

function findTensor({ tensors }: TrainingSnapshot, { name, shape, part }: NamedPart): Tensor['data'] {
  const tensor = tensors[name];
  if (tensor !== undefined && `${tensor.shape}` === `${shape}` && tensor.data.length === part.length)
    return tensor.data;
  throw new ResumeError({
    where: `tensor ${name}`,
    expected: `shape [${shape.join(', ')}]`,
    received: tensor ? `[${tensor.shape.join(', ')}]` : 'no such tensor',
    hint: 'Resume with the network and the optimizer that the checkpoint was written with',
  });
}
