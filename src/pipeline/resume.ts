import { join } from 'node:path';
import { type FoundCheckpoint, latestCheckpoint } from '../checkpoint/latestCheckpoint.ts';
import { ResumeError } from '../errors.ts';
import type { Engine, Json, Run, Source } from '../types.ts';
import { version } from '../version.ts';
import { assertSameDescription, describePipeline } from './description.ts';
import type { Pipeline } from './pipeline.ts';
import type { SavedState } from './runState.ts';

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

/** What a run is now, to be held against what it was. */
export interface Current {
  readonly pipeline: Pipeline;
  readonly engine: Pick<Engine, 'name' | 'library' | 'note'>;
  readonly fingerprint: Json;
}

/**
 * Refuses to go on with another pipeline, engine, library or source: the bits would not be those of one run.
 *
 * @param path the checkpoint
 * @throws ResumeError with what has changed
 */
export function assertSameRun(path: string, saved: SavedState, { pipeline, engine, fingerprint }: Current): void {
  assertSameDescription(path, saved.pipeline, describePipeline(pipeline));
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
      hint: engine.note ? 'Bring the library back, or train anew in another folder' : `Add --engine ${saved.engine}`,
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
  const was = JSON.stringify(saved.fingerprint);
  const is = JSON.stringify(fingerprint);
  if (was !== is) {
    throw new ResumeError({
      where: pipeline.source.name,
      expected: `the content that training began with, ${was}`,
      received: is,
      hint: 'Bring the former content back, or train anew in another folder',
    });
  }
}
