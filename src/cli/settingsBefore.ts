import { isDeepStrictEqual } from 'node:util';
import { OptionError, ResumeError } from '../errors.ts';
import { savedState } from '../model/savedState.ts';
import type { Origin } from '../model/types.ts';
import { configurePipeline } from '../pipeline/declare/configurePipeline.ts';
import type { Pipeline } from '../pipeline/declare/pipeline.ts';
import { checkpointIn } from '../pipeline/run/resume.ts';

type Settings = Origin['settings'];

/**
 * What was set on the command line when the run of a folder began, and since.
 *
 * @throws ResumeError where there is no run, or its pipeline does not take that any more
 */
export async function settingsBefore(directory: string, pipeline: Pipeline): Promise<Settings> {
  const { path, snapshot } = await checkpointIn(directory);
  const { settings } = savedState(snapshot, path);
  try {
    configurePipeline(pipeline, settings);
  } catch (cause) {
    if (!(cause instanceof OptionError)) throw cause;
    throw new ResumeError({
      where: path,
      expected: `a pipeline that takes what was set when the run began: ${shownSettings(settings)}`,
      received: cause.message,
      hint: 'Undo the change to the pipeline to go on, or train anew in another folder',
      cause,
    });
  }
  return settings;
}

/**
 * What is set since it was before, and what is given now.
 *
 * @example asBefore({ epochs: 1000, batch: 8 }, { epochs: 3 }) //=> 'set as when the run began: batch=8; now: epochs=3 (was 1000)'
 */
export function asBefore(before: Settings, given: Settings): string {
  const keys = Object.keys(given).filter((key) => !isDeepStrictEqual(given[key], before[key]));
  const kept = Object.entries(before).filter(([key]) => !keys.includes(key));
  const changed = keys.map((key) => {
    const was = Object.hasOwn(before, key) ? ` (was ${JSON.stringify(before[key])})` : '';
    return `${shownSettings({ [key]: given[key]! })}${was}`;
  });
  return [
    ...(kept.length > 0 ? [`set as when the run began: ${shownSettings(Object.fromEntries(kept))}`] : []),
    ...(changed.length > 0 ? [`now: ${changed.join(', ')}`] : []),
  ].join('; ');
}

function shownSettings(settings: Settings): string {
  return Object.entries(settings)
    .map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ');
}
