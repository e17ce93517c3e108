import { takeBatchMemory } from '../../batch/batchMemory.ts';
import { createGatherer } from '../../batch/gatherer.ts';
import { loadCheckpoint } from '../../checkpoint/loadCheckpoint.ts';
import { compileNetwork } from '../../network/network.ts';
import { assertSameModel, describePipeline } from '../../pipeline/description.ts';
import type { Pipeline } from '../../pipeline/pipeline.ts';
import type { SavedState } from '../../pipeline/runState.ts';
import { takeParameters } from '../../pipeline/warmStart.ts';
import { restorePreprocessor } from '../../preprocess/preprocessor.ts';
import { createEvaluation, type Evaluation } from '../../train/metrics/createEvaluation.ts';
import { type Batch, type Engine, type Rows, SEGMENT_ROWS } from '../../types.ts';

/** A trained model that only predicts. */
export interface ScoringModel {
  readonly state: SavedState;
  /** Units of the last layer. */
  readonly outputs: number;
  /** Outputs and targets of the selected rows of a record batch that has the derived columns; arrays of their own. */
  predict(batch: Batch): Predicted;
  /** The record batch without the rows that `predict` would refuse. */
  usable(batch: Batch): Batch;
  /** Begins an evaluation of what this model predicts, by some metrics or all. */
  evaluation(only?: readonly string[]): Evaluation;
}

/** Of `n` rows. */
export interface Predicted {
  readonly n: number;
  /** Logits or predictions, `[n, outputs]`. */
  readonly output: Float64Array;
  /** Targets as the model's preprocessing gives them. */
  readonly y: Float64Array;
}

/**
 * Loads a checkpoint to predict with. It may have been trained in another way than the pipeline would, but must be the same model.
 *
 * @throws CheckpointError where it cannot be loaded
 * @throws ResumeError where the pipeline has other features, another target, network or loss
 */
export async function scoringModel(path: string, pipeline: Pipeline, engine: Engine): Promise<ScoringModel> {
  const snapshot = await loadCheckpoint(path);
  const state = snapshot.state as unknown as SavedState;
  assertSameModel(path, state.pipeline, describePipeline(pipeline));
  const { network: layers, batch: size, seed, loss } = pipeline;
  const preprocessor = restorePreprocessor(state.preprocessor);
  const { layout, target } = preprocessor;
  const network = compileNetwork({ layers, layout, engine, batch: size, seed });
  takeParameters(network, path, snapshot);
  const { outputs } = network;
  const encoder = preprocessor.encoder();
  const checker = preprocessor.encoder();
  const { memory } = takeBatchMemory(engine, layout, size);
  const gatherer = createGatherer(layout, memory);
  const counters = { missing: 0, unseen: 0 };
  const place = { epoch: 0, window: 0, cursor: null, skip: 0 };

  return {
    state,
    outputs,
    usable: (batch) => checker.encodeUsable(batch, counters).batch,
    evaluation: (only) => createEvaluation(loss, target, only),
    predict(batch) {
      const n = batch.selected?.length ?? batch.records.numRows;
      const words = encoder.encode(batch, counters);
      const rows: Rows = { layout, length: n, segments: segmentsOf(words, layout.words), place };
      const gather = gatherer.from(rows);
      const output = new Float64Array(n * outputs);
      const y = new Float64Array(n);
      for (let at = 0; at < n; at += size) {
        const count = Math.min(size, n - at);
        gather(at, count);
        const position = { ...place, offset: at + count };
        const given = network.forward({ kind: 'step', epoch: 0, n: count, ...memory, position }, 'inference');
        output.set(given.subarray(0, count * outputs), at * outputs);
        y.set(memory.y.subarray(0, count), at);
      }
      return { n, output, y };
    },
  };
}

function segmentsOf(words: Float32Array, stride: number): Float32Array[] {
  const size = SEGMENT_ROWS * stride;
  return Array.from({ length: Math.ceil(words.length / size) }, (_, i) => words.subarray(i * size, (i + 1) * size));
}
