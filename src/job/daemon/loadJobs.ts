import { isAbsolute, relative, resolve } from 'node:path';
import { OptionError } from '../../errors.ts';
import type { DeclaredJob } from '../declare/declaration.ts';
import { importJob } from '../declare/importJob.ts';

/** A file whose job cannot be scheduled, and why. */
export interface UnusableFile {
  readonly file: string;
  readonly error: Error;
}

export interface LoadedJobs {
  readonly jobs: readonly DeclaredJob[];
  /** Files that are not to be scheduled until they are mended, which is noted at their jobs. */
  readonly unusable: readonly UnusableFile[];
}

/**
 * Imports the jobs that files declare. One that cannot be imported, or bears the name of an earlier one, does not hold up the others.
 *
 * Files are told to workers as they are seen from the folder in which the command runs, so that a checkout may lie elsewhere on their machines.
 */
export async function loadJobs(files: readonly string[]): Promise<LoadedJobs> {
  const jobs: DeclaredJob[] = [];
  const unusable: UnusableFile[] = [];
  for (const file of files) {
    try {
      const job = await importJob(file);
      const same = jobs.find((other) => other.job.name === job.name);
      if (same) throw nameTaken(file, same);
      jobs.push({ job, file: fromHere(file) });
    } catch (error) {
      unusable.push({ file: fromHere(file), error: error as Error });
    }
  }
  return { jobs, unusable };
}

function nameTaken(file: string, { job, file: other }: DeclaredJob): OptionError {
  return new OptionError({
    where: `job ${file}`,
    expected: 'a name of its own',
    received: `${job.name}, the name of ${other}`,
    hint: 'Give one of them another',
  });
}

function fromHere(file: string): string {
  const path = relative('.', resolve(file));
  return path.startsWith('..') || isAbsolute(path) ? resolve(file) : path;
}
