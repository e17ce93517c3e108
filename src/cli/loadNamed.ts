import { ResumeError } from '../errors.ts';
import { findCheckpoint } from '../model/findCheckpoint.ts';
import { type LoadModelOptions, loadModel } from '../model/loadModel.ts';
import type { Model } from '../model/model.ts';
import { loadSaved } from '../model/savedState.ts';
import type { Pipeline } from '../pipeline/declare/pipeline.ts';
import { UsageError } from './command.ts';
import { importPipeline } from './importPipeline.ts';

/**
 * Loads the model that a path names.
 *
 * @param declared the file of the pipeline, where it has moved
 * @throws UsageError where the model needs one that nobody names
 */
export async function loadNamed(
  named: string,
  declared: string | undefined,
  options: LoadModelOptions,
): Promise<Model> {
  const path = await findCheckpoint(named, options.tell);
  return withFunctions(path, declared, (pipeline) => loadModel(path, { ...options, ...(pipeline && { pipeline }) }));
}

/**
 * Does something with a checkpoint that may need functions of its pipeline. They are not run from the checkpoint: where it turns out that they are
 * needed, the file that declares them is imported, and it is done once more.
 *
 * @param declared the file of the pipeline, which is imported at once
 * @throws UsageError where functions are needed, and nobody names the file
 */
export async function withFunctions<T>(
  path: string,
  declared: string | undefined,
  attempt: (pipeline?: Pipeline) => Promise<T>,
): Promise<T> {
  try {
    if (declared === undefined) return await attempt();
  } catch (error) {
    if (!(error instanceof ResumeError)) throw error;
    const { file } = (await loadSaved(path)).state;
    if (file === null) throw new UsageError(`${error.message} On the command line: --pipeline FILE`);
    return attempt(await importPipeline(file, 'Run it where it was trained, or add --pipeline FILE'));
  }
  return attempt(await importPipeline(declared));
}
