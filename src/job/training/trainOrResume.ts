import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { listCheckpoints } from '../../checkpoint/checkpointName.ts';
import { CheckpointError, ResumeError } from '../../errors.ts';
import type { Pipeline } from '../../pipeline/pipeline.ts';
import { newestCheckpoint } from '../../pipeline/resume.ts';
import type { Summary } from '../../pipeline/summary.ts';
import { train } from '../../pipeline/train.ts';
import type { TrainOptions } from '../../pipeline/trainOptions.ts';

export interface TrainOrResumeOptions extends Omit<TrainOptions, 'resume' | 'notes'> {
  readonly notes: () => Promise<TrainOptions['notes']>;
}

/**
 * Goes on with the run of a folder, or begins one where there is none. Where the run cannot be gone on with, since its rows or the pipeline
 * have changed or its checkpoints are damaged, they are removed and it begins anew.
 *
 * @param options `notes` are made when a run begins
 * @param note is told why a run begins anew
 */
export async function trainOrResume(
  pipeline: Pipeline,
  { notes, ...options }: TrainOrResumeOptions,
  note: (text: string) => void,
): Promise<Summary> {
  const checkpoints = join(options.directory, 'checkpoints');
  if ((await listCheckpoints(checkpoints)).length > 0) {
    try {
      // Tells damaged ones before anything is opened.
      await newestCheckpoint(options.directory);
      return await train(pipeline, { ...options, resume: true });
    } catch (error) {
      const isDamaged = error instanceof CheckpointError && error.where.startsWith(checkpoints);
      if (!(error instanceof ResumeError) && !isDamaged) throw error;
      note(`begins anew: ${error.message}`);
      await rm(checkpoints, { recursive: true, force: true });
    }
  }
  return train(pipeline, { ...options, notes: await notes() });
}
