import type { Spill } from '../batch/spill.ts';
import type { Gate } from '../flow/gate.ts';
import { checkOutputs } from '../loss/checkOutputs.ts';
import { compileNetwork, type Network } from '../network/network.ts';
import type { Preprocessor } from '../preprocess/preprocessor.ts';
import { type Health, health } from '../train/health.ts';
import { createTrainingState, type TrainingState } from '../train/trainingState.ts';
import type { Engine } from '../types.ts';
import type { BadRows } from './badRows/badRows.ts';
import { type Counting, createCounting } from './counting.ts';
import type { KeptRows } from './keptRows.ts';
import type { Pipeline } from './pipeline.ts';
import { createReporter, type Reporter } from './report.ts';

/** All that a run works with, put together once, before the first step. */
export interface Assembly {
  readonly pipeline: Pipeline;
  readonly gate: Gate;
  /** Columns that are read from the source. */
  readonly columns: readonly string[];
  readonly preprocessor: Preprocessor;
  readonly engine: Engine;
  readonly network: Network;
  readonly training: TrainingState;
  readonly reporter: Reporter;
  /** Undefined where it is switched off. */
  readonly health: Health | undefined;
  /** What encoding the training side has replaced or not known, and rows that cannot be used, since the run began. */
  readonly counting: Counting;
  readonly badRows: BadRows;
  readonly kept: KeptRows;
  /** Where the rows are dealt to disk; undefined where they stay in memory. */
  readonly spill?: Spill;
}

/** What an assembly is made from. */
export type Parts = Pick<Assembly, 'pipeline' | 'gate' | 'columns' | 'preprocessor' | 'engine' | 'badRows' | 'spill'>;

/**
 * Compiles the network for the preprocessing's layout and takes all memory that the run will need.
 *
 * @param begin puts other parameters in place of the initial ones
 * @throws ShapeError where two layers, or the last one and the loss, do not fit
 */
export function assemble(parts: Parts, begin: (network: Network) => void = () => {}): Assembly {
  const { pipeline, gate, preprocessor, engine } = parts;
  const { network: layers, batch, seed, loss, optimizer, reportEverySteps: everySteps } = pipeline;
  const { layout } = preprocessor;
  const network = compileNetwork({ layers, layout, engine, batch, seed });
  checkOutputs(loss, network.outputs, preprocessor.target);
  begin(network);
  const counting = createCounting();
  return {
    ...parts,
    network,
    training: createTrainingState(network, optimizer, engine, {
      movingAverage: pipeline.movingAverage || undefined,
      earlyStopping: pipeline.earlyStopping || undefined,
    }),
    reporter: createReporter({ everySteps, gate, counters: counting.counters }),
    health: pipeline.health ? health(network, { ...pipeline.health, layout }) : undefined,
    counting,
    kept: {},
  };
}
