import { SourceError } from '../errors.ts';
import type { Json, Source } from '../types.ts';

/**
 * Holds a source to the content that a run began with. Asked before every epoch, also of one whose rows are still in memory: a run must not
 * depend on where they were.
 *
 * @throws SourceError where the content is another
 */
export async function assertSameSource(source: Source, fingerprint: Json, signal?: AbortSignal): Promise<void> {
  const was = JSON.stringify(fingerprint);
  const is = JSON.stringify(await source.fingerprint(signal));
  if (is === was) return;
  throw new SourceError({
    where: source.name,
    expected: `the content that training began with, ${was}`,
    received: is,
    hint: 'Write new data to a new place, or train anew',
  });
}
