import { isDeepStrictEqual } from 'node:util';
import { explain } from '../explain/explainModel.ts';
import { findCheckpoint } from '../model/findCheckpoint.ts';
import { loadModel } from '../model/loadModel.ts';
import type { Model } from '../model/model.ts';
import { partsOf } from '../model/modelParts.ts';
import { loadSaved } from '../model/savedState.ts';
import { planNetwork } from '../network/planNetwork.ts';
import type { Pipeline } from '../pipeline/declare/pipeline.ts';
import type { Source } from '../source/types.ts';
import type { ReportedRun } from './page/runSections.ts';

export interface LookOptions {
  readonly source?: Source | string;
  readonly pipeline?: Pipeline;
  readonly rows: number;
  readonly seed: number;
  readonly signal: AbortSignal;
  readonly tell: (line: string) => void;
}

type Look = Pick<ReportedRun, 'layers' | 'explanation' | 'explained' | 'notes'>;

/**
 * Opens the model of a run and looks at labelled rows with it. What cannot be opened or read costs a report its part alone: the notes say why.
 *
 * @throws the signal's reason
 */
export async function lookCloser(directory: string, options: LookOptions): Promise<Look> {
  const { pipeline, signal, tell } = options;
  let model: Model | undefined;
  let look: Look = { notes: [] };
  try {
    const path = await findCheckpoint(directory, tell);
    model = await loadModel(path, { ...(pipeline && { pipeline }), tell });
    const parts = partsOf(model);
    if (parts) {
      const { layers } = planNetwork({ layers: parts.layers, layout: parts.saved.preprocessor.layout });
      look = { ...look, layers };
    }
    return { ...look, ...(await explained(model, path, options)) };
  } catch (error) {
    signal.throwIfAborted();
    const { message } = error as Error;
    return { ...look, notes: [`There is no closer look: ${message.replace(/\.$/, '')}`] };
  } finally {
    model?.close();
  }
}

async function explained(model: Model, path: string, options: LookOptions): Promise<Look> {
  const { source: given, pipeline, rows, seed, signal, tell } = options;
  const without = (why: string): Look => ({
    notes: [`There is no closer look: ${why}. Name labelled rows with --source FILE`],
  });
  const source = typeof given === 'string' ? model.open(given) : (given ?? pipeline?.source);
  if (!source) return without('nobody has named the pipeline, whose source has the rows that were held out');
  if (source.unbounded) return without(`${source.name} has no end`);
  if (!given && source.once) return without(`${source.name} can only be read once`);
  const { fingerprint, split } = (await loadSaved(path)).state;
  const isOwn = isDeepStrictEqual(await source.fingerprint(signal), fingerprint);
  const heldOutBy = isOwn && split && split.validation > 0 ? split : undefined;
  if (!given && !isOwn)
    return without(`${source.name} has changed since the training, and nobody knows which rows were held out`);
  if (!given && !heldOutBy) return without('no rows were held out');
  const own = pipeline && { derive: pipeline.derive, metrics: pipeline.metrics };
  const explanation = await explain(model, source, {
    rows,
    seed,
    ...own,
    ...(heldOutBy && { heldOutBy }),
    signal,
    tell,
  });
  const all = heldOutBy
    ? `the rows of ${source.name} that were held out from training`
    : isOwn
      ? `the rows of ${source.name}, which the model was trained on: on other rows it is not as good`
      : `the rows of ${source.name}`;
  const few = explanation.rowsRead > explanation.rows + explanation.leftOut ? 'drawn at random from ' : '';
  return { explanation, explained: `${few}${all}`, notes: [] };
}
