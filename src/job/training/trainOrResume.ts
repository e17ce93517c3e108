import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { listCheckpoints } from '../../checkpoint/checkpointName.ts';
import { CheckpointError, ResumeError } from '../../errors.ts';
import type { Pipeline } from '../../pipeline/declare/pipeline.ts';
import type { TrainOptions } from '../../pipeline/declare/trainOptions.ts';
import { newestCheckpoint } from '../../pipeline/run/resume.ts';
import type { Summary } from '../../pipeline/run/summary.ts';
import { train } from '../../pipeline/run/train.ts';

/**
 * Goes on with the run of a folder, or begins one where there is none. Where the run cannot be gone on with, since its rows or the pipeline
 * have changed or its checkpoints are damaged, they are removed and it begins anew.
 *
 * @param note is told why a run begins anew
 */
export async function trainOrResume(
  pipeline: Pipeline,
  options: Omit<TrainOptions, 'resume'>,
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
  return train(pipeline, options);
}
