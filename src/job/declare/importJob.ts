import { importDeclaration } from '../../pipeline/declare/importDeclaration.ts';
import type { Job } from '../types.ts';

/**
 * Imports a file that default-exports `defineJob({...})`.
 *
 * @throws OptionError where there is no such file, it cannot be imported, or its default export is no job
 */
export function importJob(file: string): Promise<Job> {
  return importDeclaration(file, { noun: 'job', call: 'defineJob({...})', is: isJob });
}

/** Whether a file's default export is a job. */
export function isJob(value: unknown): value is Job {
  const job = value as Job | undefined;
  return typeof job?.name === 'string' && typeof job.schedule?.dueTimes === 'function' && Array.isArray(job.checks);
}
