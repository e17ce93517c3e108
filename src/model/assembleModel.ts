import type { Snapshot } from '../checkpoint/types.ts';
import { engineOfModels, openEngine } from '../engine/openEngine.ts';
import { OptionError } from '../errors.ts';
import { neededDerivations, sourceColumns } from '../preprocess/derive/sourceColumns.ts';
import type { Fitted } from '../preprocess/fit/fitted.ts';
import { withCalibration } from '../train/answers/calibration.ts';
import type { LoadModelOptions } from './loadModel.ts';
import { createModel, type Model } from './model.ts';
import { restoreDerivation, savedDerivation } from './restoreDerivation.ts';
import { restoreLayer } from './restoreLayer.ts';
import { restoreLoss } from './restoreLoss.ts';
import { readSavedModel } from './savedModel.ts';
import { modelColumns } from './schema.ts';

/**
 * Puts a model together from what its file holds, and from functions of the user's.
 *
 * @param where names the file, for errors
 * @throws CheckpointError where something is missing in the file
 * @throws ResumeError where a function, a layer or a loss of the user's is missing
 */
export function assembleModel(
  where: string,
  snapshot: Snapshot,
  options: LoadModelOptions & Required<Pick<LoadModelOptions, 'tell'>>,
): Model {
  const { pipeline, engine, tell } = options;
  const saved = readSavedModel(where, snapshot);
  if (options.threshold !== undefined && saved.preprocessor.target.kind !== 'binary') {
    throw new OptionError({
      where: 'loadModel: threshold',
      expected: 'none: only of two classes is one predicted from a probability on',
      received: `${options.threshold}, for ${where}, whose target is ${saved.preprocessor.target.kind}`,
    });
  }
  for (const note of saved.answers.chosen?.notes ?? []) tell(`${where}: ${note}`);
  const fitted = saved.preprocessor.state as unknown as Fitted;
  const features = fitted.features.map(({ name }) => name);
  const all = saved.derive.map(savedDerivation);
  const needed = neededDerivations(all, features);
  const given = options.derive ?? pipeline?.derive ?? [];
  const derivations = needed.map((each) => restoreDerivation(where, each, given, tell));
  const sources = sourceColumns(all, features);
  const own = pipeline?.network ?? [];
  return createModel({
    where,
    saved,
    columns: modelColumns(fitted, needed, sources, saved.types),
    layers: saved.network.map((layer, i) =>
      own[i]?.kind === layer.kind && !options.layers ? own[i] : restoreLayer(where, layer, options.layers),
    ),
    loss: withCalibration(restoreLoss(where, saved.loss, options.loss ?? pipeline?.loss), saved.answers.calibration),
    derivations,
    engine: openEngine(engine ?? engineOfModels),
    threshold: options.threshold ?? saved.answers.threshold ?? 0.5,
  });
}
