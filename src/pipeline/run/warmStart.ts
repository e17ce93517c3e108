import type { SplitRule } from '../../batch/types.ts';
import { findCheckpoint } from '../../model/findCheckpoint.ts';
import { loadSaved } from '../../model/savedState.ts';
import { takeParameters } from '../../model/takeParameters.ts';
import type { Network } from '../../network/network.ts';
import { type Preprocessor, restorePreprocessor } from '../../preprocess/encode/preprocessor.ts';
import type { Tell } from '../../source/types.ts';
import { assertSameModel, describePipeline } from '../declare/description.ts';
import type { Pipeline } from '../declare/pipeline.ts';
import { splitsOf } from '../declare/splitRule.ts';

/** What training takes over from a trained model. */
export interface WarmStart {
  readonly preprocessor: Preprocessor;
  /** The rules by which the rows were held out that it was trained on, its own first. */
  readonly splits: readonly SplitRule[];
  /** Puts the model's parameters and buffers into a network. */
  begin(network: Network): void;
}

/**
 * Loads a model that training begins from.
 *
 * @param named its checkpoint, or the folder of its run
 * @param tell receives a warning for each newer one of the run that is damaged
 * @throws CheckpointError where it cannot be loaded
 * @throws ResumeError where the pipeline has other features, another target, network or loss
 */
export async function warmStart(named: string, pipeline: Pipeline, tell?: Tell): Promise<WarmStart> {
  const path = await findCheckpoint(named, tell);
  const saved = await loadSaved(path);
  const { state } = saved;
  assertSameModel(path, state.pipeline, describePipeline(pipeline), 'Undo the change, or train without warmStart');
  return {
    preprocessor: restorePreprocessor(state.preprocessor),
    splits: splitsOf(state, pipeline),
    begin: (network) => takeParameters(network, saved),
  };
}
