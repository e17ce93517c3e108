import type { Engine } from '../../engine/types.ts';
import { loadedNetwork } from '../../model/loadedNetwork.ts';
import { savedAnswers } from '../../model/savedModel.ts';
import { loadSaved } from '../../model/savedState.ts';
import type { ModelState } from '../../model/types.ts';
import { assertSameModel, describePipeline } from '../../pipeline/declare/description.ts';
import type { Pipeline } from '../../pipeline/declare/pipeline.ts';
import { restorePreprocessor } from '../../preprocess/encode/preprocessor.ts';
import type { Batch } from '../../source/types.ts';
import { withCalibration } from '../../train/answers/calibration.ts';
import { createEvaluation, type Evaluation } from '../../train/metrics/createEvaluation.ts';

/** A trained model that only predicts. */
export interface ScoringModel {
  readonly state: ModelState;
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
  const saved = await loadSaved(path);
  const { state } = saved;
  assertSameModel(path, state.pipeline, describePipeline(pipeline), 'Undo the change to compare with it');
  const { network: layers, loss, metrics } = pipeline;
  const preprocessor = restorePreprocessor(state.preprocessor);
  const { layout, target } = preprocessor;
  const answers = savedAnswers(path, state.answers, target);
  const network = loadedNetwork(saved, { layers, layout, engine });
  const { outputs } = network;
  const encoder = preprocessor.encoder();
  const checker = preprocessor.encoder();
  const counters = { missing: 0, unseen: 0 };

  return {
    state,
    outputs,
    usable: (batch) => checker.encodeUsable(batch, counters).batch,
    evaluation: (only) =>
      createEvaluation(withCalibration(loss, answers.calibration), target, {
        metrics,
        ...(only && { only }),
        ...(answers.threshold !== null && { threshold: answers.threshold }),
      }),
    predict(batch) {
      const n = batch.selected?.length ?? batch.records.numRows;
      const words = encoder.encode(batch, counters);
      const y = new Float64Array(n);
      return { n, output: network.run(words, n, y), y };
    },
  };
}
