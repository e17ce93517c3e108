import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DataError } from '../errors.ts';
import { isAlive } from '../files/isAlive.ts';
import type { Summary } from '../pipeline/run/summary.ts';
import type { RecordedRun, RunConfig, RunState } from './types.ts';

/**
 * What a run has left in its folder: its configuration, and, where it has ended, its summary.
 *
 * @returns undefined where the folder is none of a run
 * @throws DataError where a file of the run is damaged
 */
export async function readRun(directory: string): Promise<RecordedRun | undefined> {
  const config = await readJson<RunConfig>(directory, 'config.json', [
    'name',
    'began',
    'pipeline',
    'source',
    'machine',
  ]);
  if (!config) return undefined;
  const end = (await readJson<Summary>(directory, 'summary.json', ['outcome', 'began', 'seconds'])) ?? null;
  const state = end?.outcome ?? (await stateWithoutEnd(directory));
  // A run that failed before its first step has no numbers.
  return { directory, state, config, end, summary: end && typeof end.steps === 'number' ? end : null };
}

async function stateWithoutEnd(directory: string): Promise<RunState> {
  const holder = Number(await readFile(join(directory, 'run.lock'), 'utf8').catch(() => ''));
  return Number.isInteger(holder) && holder > 0 && isAlive(holder) ? 'running' : 'died';
}

async function readJson<T>(directory: string, name: string, keys: readonly string[]): Promise<T | undefined> {
  const path = join(directory, name);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
  const hint = 'Name another run, or put the file back as the run has written it';
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new DataError({ where: path, expected: 'JSON', received: (cause as Error).message, hint, cause });
  }
  const missing = keys.find((key) => !Object.hasOwn(Object(value), key));
  if (missing === undefined) return value as T;
  throw new DataError({ where: path, expected: `an object with ${missing}`, received: 'none', hint });
}
