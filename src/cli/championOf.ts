import { readdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { OptionError } from '../errors.ts';
import { pointerPath } from '../job/registry/pointers.ts';
import { didYouMean } from '../options/didYouMean.ts';
import { shownNames } from '../options/shown.ts';

/**
 * The checkpoint of a job's champion.
 *
 * @param home the folder of jobs
 * @throws OptionError where the job has none
 */
export async function championOf(job: string, home: string): Promise<string> {
  const path = join(home, pointerPath(job, 'champion'));
  try {
    return await realpath(path);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
    const jobs = await readdir(join(home, 'models')).catch(() => []);
    throw new OptionError({
      where: path,
      expected: `the champion of job ${job}`,
      received: jobs.length > 0 ? `jobs with models: ${shownNames(jobs)}` : `a folder ${home} without models`,
      hint: didYouMean(job, jobs) ?? 'See millrace models; --home names the folder of jobs',
      cause,
    });
  }
}
