import { DataError, NumericError, OptionError, ResumeError, SchemaError, ShapeError } from '../../errors.ts';
import { importJob } from '../declare/importJob.ts';
import { measureDrift } from '../drift/measureDrift.ts';
import { countNewRows } from '../rows/countNewRows.ts';
import type { Job, ProcessRequest, TrainingMessage } from '../types.ts';
import { type TrainJobOptions, trainJob } from './trainJob.ts';

/** Answers one request with messages, the last of which says how it ended; it never rejects. */
export async function serveRequest(request: ProcessRequest, options: TrainJobOptions): Promise<TrainingMessage> {
  try {
    const job = await importJob(request.jobFile);
    assertName(job, request);
    return await answer(job, request, options);
  } catch (error) {
    if (options.signal.aborted) return { kind: 'stopped', step: 0 };
    const message = error instanceof Error ? error.message : String(error);
    return { kind: 'error', message, isFinal: isFinal(error) };
  }
}

async function answer(job: Job, request: ProcessRequest, options: TrainJobOptions): Promise<TrainingMessage> {
  if (request.kind === 'count') {
    return { kind: 'count', newRows: await countNewRows(job, request, options.signal) };
  }
  if (request.kind === 'drift') return { kind: 'drift', report: await measureDrift(job, request, options) };
  const result = await trainJob(job, request, options);
  return result.kind === 'interrupted' ? { kind: 'stopped', step: result.step } : { kind: 'result', result };
}

function assertName({ name }: Job, { job, jobFile }: ProcessRequest): void {
  if (name === job) return;
  throw new OptionError({
    where: `job ${jobFile}`,
    expected: `the job ${job}`,
    received: name,
    hint: 'The file was changed: tell the daemon to read it again',
  });
}

/** Whether trying again would end in the same error: what is wrong lies in the declaration or in the rows, not in the machine. */
function isFinal(error: unknown): boolean {
  const kinds = [OptionError, SchemaError, ShapeError, DataError, NumericError, ResumeError];
  return kinds.some((kind) => error instanceof kind);
}
