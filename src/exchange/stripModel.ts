import { realpath, stat } from 'node:fs/promises';
import { loadCheckpoint } from '../checkpoint/loadCheckpoint.ts';
import { encodeSnapshot } from '../checkpoint/snapshotFile.ts';
import { OptionError } from '../errors.ts';
import { writeDurably } from '../files/writeDurably.ts';
import { findCheckpoint } from '../model/findCheckpoint.ts';
import { isOfModel, readSavedModel } from '../model/savedModel.ts';
import { modelStateOf } from '../model/savedState.ts';
import { text } from '../options/bounds.ts';
import { checkOption } from '../options/checkOptions.ts';

/** What has been written. */
export interface StrippedModel {
  /** The checkpoint that it was made of. */
  readonly from: string;
  readonly to: string;
  readonly bytesBefore: number;
  readonly bytes: number;
  /** As `Model.hash`: that of the checkpoint. */
  readonly hash: string;
  readonly step: number;
}

/**
 * Writes the model of a checkpoint without what only its training needs: moments, best parameters, counters, place in the source. It predicts and is
 * evaluated as the checkpoint is, and a new run can begin from it; what cannot be done is to go on with its run.
 *
 * @param from a checkpoint, or the folder of a run, whose latest it is
 * @param to the file to write; there as a whole or not at all
 * @throws CheckpointError where the checkpoint cannot be read
 * @throws OptionError where the checkpoint would be written over
 * @example
 * ```ts
 * const { bytesBefore, bytes } = await stripModel('runs/flats/1', 'flats.safetensors');
 * console.log(bytes / bytesBefore);
 * ```
 */
export async function stripModel(from: string, to: string): Promise<StrippedModel> {
  checkOption('stripModel: from', from, text('the path of a checkpoint or of the folder of a run'));
  checkOption('stripModel: to', to, text('the path of a file'));
  const path = await findCheckpoint(from);
  const snapshot = await loadCheckpoint(path);
  const { hash, step } = readSavedModel(path, snapshot);
  if ((await realpath(to).catch(() => undefined)) === (await realpath(path))) {
    throw new OptionError({
      where: 'stripModel: to',
      expected: 'another file: its run could not be resumed any more',
      received: to,
      hint: 'Write it elsewhere',
    });
  }
  const tensors = Object.fromEntries(Object.entries(snapshot.tensors).filter(([name]) => isOfModel(name)));
  const bytes = await encodeSnapshot({ tensors, state: modelStateOf(snapshot) });
  await writeDurably(to, bytes);
  return { from: path, to, bytesBefore: (await stat(path)).size, bytes: bytes.length, hash, step };
}
