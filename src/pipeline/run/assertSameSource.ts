import { ResumeError, SourceError } from '../../errors.ts';
import type { Json } from '../../json.ts';
import { contentChanges } from '../../source/contentChanges.ts';
import type { Source } from '../../source/types.ts';

/**
 * Holds a source to the content that a run began with. Asked before every epoch, also of one whose rows are still in memory: a run must not
 * depend on where they were.
 *
 * @throws SourceError with what has changed
 */
export async function assertSameSource(source: Source, fingerprint: Json, signal?: AbortSignal): Promise<void> {
  const changes = await contentChanges(source, fingerprint, await source.fingerprint(signal), signal);
  if (changes.length === 0) return;
  throw new SourceError({ ...differenceOf(source, changes), hint: 'Write new data to a new place, or train anew' });
}

/**
 * The same of a source that a run is to go on with.
 *
 * @param saved the fingerprint with which the run began
 * @param current that of now
 * @throws ResumeError with what has changed
 */
export async function assertSameContent(
  source: Source,
  saved: Json,
  current: Json,
  signal?: AbortSignal,
): Promise<void> {
  const changes = await contentChanges(source, saved, current, signal);
  if (changes.length === 0) return;
  const hint = 'Bring the former content back, or train anew in another folder';
  throw new ResumeError({ ...differenceOf(source, changes), hint });
}

function differenceOf({ name }: Source, changes: readonly string[]) {
  return { where: name, expected: 'the content that training began with', received: changes.join('; ') };
}
