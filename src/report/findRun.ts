import { join } from 'node:path';
import { DataError } from '../errors.ts';
import { runNumbers } from '../model/findCheckpoint.ts';
import { readRun } from './readRun.ts';
import type { RecordedRun } from './types.ts';

/**
 * The run that a name or a path means: the folder of a run, a folder of runs, whose latest it is, or either of them below `runs`.
 *
 * @example await findRun('flights/3') // the run in runs/flights/3
 * @example await findRun('flights') // the latest in runs/flights
 * @throws DataError where there is none
 */
export async function findRun(named: string, parent = 'runs'): Promise<RecordedRun> {
  for (const directory of [named, join(parent, named)]) {
    const run = await readRun(directory);
    if (run) return run;
    const numbers = (await runNumbers(directory)).sort((a, b) => b - a);
    for (const number of numbers) {
      const latest = await readRun(join(directory, String(number)));
      if (latest) return latest;
    }
  }
  throw new DataError({
    where: named,
    expected: `the folder of a run, such as ${join(parent, 'flights', '1')}, or the name of one below ${parent}`,
    received: 'nothing that a run has written',
    hint: 'See which there are with millrace list',
  });
}
