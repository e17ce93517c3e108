import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { type FoundCheckpoint, latestCheckpoint } from '../../checkpoint/latestCheckpoint.ts';
import type { Engine } from '../../engine/types.ts';
import { ResumeError } from '../../errors.ts';
import type { Description, Origin, Progress, SavedState } from '../../model/types.ts';
import type { Run } from '../../sink/types.ts';
import type { Source } from '../../source/types.ts';
import type { TrainingState } from '../../train/trainingState.ts';
import { version } from '../../version.ts';
import { describeChanges } from '../declare/describeChanges.ts';
import { assertSameDescription, describePipeline } from '../declare/description.ts';
import type { Pipeline } from '../declare/pipeline.ts';
import { beginningOf } from './runProgress.ts';

/** The newest whole checkpoint of a run's folder, or undefined when it has none. */
export async function newestCheckpoint(directory: string): Promise<string | undefined> {
  return (await latestCheckpoint(join(directory, 'checkpoints')))?.path;
}

/**
 * The checkpoint from which a run goes on. Newer ones that are damaged are named in the log.
 *
 * @throws ResumeError where there is none
 * @throws CheckpointError where all are damaged
 */
export async function checkpointIn(directory: string, log?: Run['log']): Promise<FoundCheckpoint> {
  const found = await latestCheckpoint(join(directory, 'checkpoints'));
  for (const { error } of found?.damaged ?? []) log?.('warn', `left out: ${error.message}`);
  if (found) return found;
  throw new ResumeError({
    where: directory,
    expected: 'a checkpoint to resume',
    received: 'none',
    hint: 'Train without --resume to begin anew',
  });
}

/**
 * Refuses to go on with a source that can be read only once: its rows before the break are gone, and who gives it has perhaps other ones.
 *
 * @throws ResumeError where it is one
 */
export function assertReadable({ name, once }: Source): void {
  if (!once) return;
  throw new ResumeError({
    where: name,
    expected: 'a source that can be read from where the run was interrupted',
    received: 'one that can be read only once',
    hint: 'Train on a file instead; to go on from the parameters alone, begin a new run with warmStart',
  });
}

/**
 * Refuses to go on for fewer epochs than the run has begun: there would be nothing to do, and the parameters would be those of more.
 *
 * @param path the checkpoint
 * @throws ResumeError where there are fewer
 */
export function assertEpochs(path: string, { position }: Progress, { epochs }: Pipeline): void {
  const { epoch } = position;
  const isWithin = !isDeepStrictEqual(position, beginningOf(epoch));
  const begun = epoch + (isWithin ? 1 : 0);
  if (epochs >= begun) return;
  throw new ResumeError({
    where: path,
    expected: `at least ${begun} epochs: ${isWithin ? `the run is within epoch ${begun}` : 'so many are over'}`,
    received: `${epochs}`,
    hint: 'Give it so many to go on, or train anew in another folder',
  });
}

/** What is to be said of a run that has nothing to do; an empty text where it has. */
export function nothingLeft(
  { epochs }: Pipeline,
  { position: { epoch }, validation }: Progress,
  { stopped }: Pick<TrainingState, 'stopped'>,
): string {
  if (stopped) {
    const where = validation ? ` in epoch ${validation.epoch}` : '';
    return `: early stopping has ended it${where}, nothing is left to do`;
  }
  if (epoch < epochs) return '';
  return `: its ${epochs} epoch${epochs === 1 ? ' is' : 's are'} over, nothing is left to do; --epochs ${epochs + 1} trains on`;
}

/** What a run is now, to be held against what it was. */
export interface Current {
  readonly pipeline: Pipeline;
  readonly engine: Pick<Engine, 'name' | 'library' | 'note'>;
  /** The plain options that are set, those of before among them. */
  readonly settings: Origin['settings'];
}

/** What to do about a change: it may be one of what is set. */
function undoHint({ pipeline: was, settings: before }: SavedState, is: Description, now: Origin['settings']): string {
  const changes = describeChanges(was, is, [...new Set([...Object.keys(was), ...Object.keys(is)])]);
  const given = Object.keys(now).filter((key) => !isDeepStrictEqual(now[key], before[key]));
  const wrong = given.filter((key) => changes.some((change) => change.startsWith(`${key}: `)));
  const undo =
    changes.length === wrong.length
      ? `Leave out ${wrong.map((key) => `--set ${key}`).join(' and ')}`
      : 'Undo the change';
  return `${undo} to go on, or train anew in another folder`;
}

/**
 * Refuses to go on with another pipeline, engine or library: the bits would not be those of one run.
 *
 * @param path the checkpoint
 * @throws ResumeError with what has changed
 */
export function assertSameRun(path: string, saved: SavedState, { pipeline, engine, settings }: Current): void {
  const current = describePipeline(pipeline);
  assertSameDescription(path, saved.pipeline, current, undoHint(saved, current, settings));
  if (saved.version !== version) {
    throw new ResumeError({
      where: path,
      expected: `millrace ${saved.version}, which wrote it`,
      received: version,
      hint: 'Resume with that version, or train anew in another folder',
    });
  }
  if (saved.engine !== engine.name) {
    throw new ResumeError({
      where: path,
      expected: `the engine ${saved.engine}, which it was trained with`,
      received: engine.note ? `${engine.name} (${engine.note})` : engine.name,
      hint: engine.note
        ? 'Bring the library back, or train anew in another folder'
        : `Leave the engine out: ${saved.engine} is taken again`,
    });
  }
  const library = engine.library ?? null;
  // Checkpoints of before there were libraries have no word for it.
  if ((saved.library ?? null) !== library) {
    throw new ResumeError({
      where: path,
      expected: `the library ${saved.library}, which it was trained with`,
      received: `${library}`,
      hint: 'Name it in MILLRACE_BLAS, or train anew in another folder',
    });
  }
}
