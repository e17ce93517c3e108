import type { Spill } from '../../batch/spill.ts';
import type { SplitRule } from '../../batch/types.ts';
import type { Engine } from '../../engine/types.ts';
import type { Gate } from '../../flow/gate.ts';
import { checkOutputs } from '../../loss/checkOutputs.ts';
import { compileNetwork, type Network } from '../../network/network.ts';
import type { Preprocessor } from '../../preprocess/encode/preprocessor.ts';
import type { OnReading, Tell } from '../../source/types.ts';
import { type AnswerRules, plainAnswers } from '../../train/answers/answerRules.ts';
import { type Health, health } from '../../train/health.ts';
import { createTrainingState, type TrainingState } from '../../train/trainingState.ts';
import type { BadRows } from '../badRows/badRows.ts';
import type { Pipeline } from '../declare/pipeline.ts';
import type { KeptRows } from '../rows/epochRows.ts';
import { type Counting, createCounting } from './counting.ts';
import { createReporter, type Reporter } from './report.ts';

/** All that a run works with, put together once, before the first step. */
export interface Assembly {
  readonly pipeline: Pipeline;
  readonly gate: Gate;
  /** Which rows are held out. */
  readonly split: SplitRule;
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
  /** By which rows are scored: those of a trained model; while it trains, a threshold that is a number. */
  readonly answers: AnswerRules;
  readonly badRows: BadRows;
  readonly kept: KeptRows;
  /** Where the rows are dealt to disk; undefined where they stay in memory. */
  readonly spill?: Spill;
  /** Rows of a source that may never end which were read and have not been trained on: their window is not full yet. */
  readonly waiting: { rows: number };
  /** Lines for people; nowhere by default. */
  readonly tell?: Tell;
  /** Told how far the rows of the first window have come; undefined where nobody wants to know. */
  readonly onReading?: OnReading | undefined;
}

/** What an assembly is made from. */
export type Parts = Pick<
  Assembly,
  'pipeline' | 'gate' | 'split' | 'columns' | 'preprocessor' | 'engine' | 'badRows' | 'spill' | 'tell' | 'onReading'
>;

/**
 * Compiles the network for the preprocessing's layout and takes all memory that the run will need.
 *
 * @param begin puts other parameters in place of the initial ones
 * @throws ShapeError where two layers, or the last one and the loss, do not fit
 */
export function assemble(parts: Parts, begin?: (network: Network) => void): Assembly {
  const { pipeline, gate, preprocessor, engine } = parts;
  const { network: layers, batch, seed, loss, optimizer, reportEverySteps: everySteps } = pipeline;
  const { layout } = preprocessor;
  const network = compileNetwork({ layers, layout, engine, batch, seed });
  checkOutputs(loss, network.outputs, preprocessor.target);
  begin?.(network);
  const counting = createCounting();
  return {
    ...parts,
    network,
    training: createTrainingState(network, optimizer, engine, {
      movingAverage: pipeline.movingAverage || undefined,
      earlyStopping: pipeline.earlyStopping || undefined,
    }),
    reporter: createReporter({ everySteps, gate, counters: counting.counters }),
    health: pipeline.health
      ? health(network, loss, { ...pipeline.health, layout, trained: begin !== undefined })
      : undefined,
    counting,
    answers: answersBefore(pipeline),
    kept: {},
    waiting: { rows: 0 },
  };
}

/** What is known of answers before held-out rows have told. */
export function answersBefore({ target, threshold }: Pipeline): AnswerRules {
  const plain = plainAnswers(target.kind);
  return target.kind === 'binary' && typeof threshold === 'number' ? { ...plain, threshold } : plain;
}
