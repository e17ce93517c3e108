import { assertOwn } from '../brand.ts';
import { loadCheckpoint } from '../checkpoint/loadCheckpoint.ts';
import { openEngine } from '../engine/openEngine.ts';
import { createGate } from '../flow/gate.ts';
import { type Assembly, assemble } from '../pipeline/assemble.ts';
import { createBadRows } from '../pipeline/badRows/badRows.ts';
import { assertSameDescription, describePipeline } from '../pipeline/description.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { readColumns } from '../pipeline/readColumns.ts';
import { restoreRun, type SavedState } from '../pipeline/runState.ts';
import { restorePreprocessor } from '../preprocess/preprocessor.ts';
import type { EngineName, Snapshot, Source } from '../types.ts';

/**
 * A trained model: the frozen preprocessing and the network of a checkpoint, ready to be used on a source.
 *
 * @param path the checkpoint, as errors name it
 * @param pipeline the pipeline that it was made by
 * @param source the rows that it will be used on; the pipeline's own by default
 * @throws OptionError where another copy of Millrace has made the pipeline
 * @throws ResumeError where the checkpoint was made by another pipeline
 * @throws SchemaError where the source lacks a column
 */
export async function loadModel(
  path: string,
  pipeline: Pipeline,
  { source = pipeline.source, engine }: { readonly source?: Source; readonly engine?: EngineName } = {},
): Promise<Assembly> {
  assertOwn('loadModel: pipeline', pipeline);
  const snapshot: Snapshot = await loadCheckpoint(path);
  const state = snapshot.state as unknown as SavedState;
  assertSameDescription(path, state.pipeline, describePipeline(pipeline));
  const used = { ...pipeline, source };
  const assembly = assemble({
    pipeline: used,
    engine: openEngine(engine),
    gate: createGate({ ahead: pipeline.ahead }),
    columns: await readColumns(used),
    preprocessor: restorePreprocessor(state.preprocessor),
    badRows: createBadRows({ policy: pipeline.badRows, source: source.name }),
  });
  restoreRun(assembly, snapshot);
  return assembly;
}
