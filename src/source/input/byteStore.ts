import { SourceError } from '../../errors.ts';
import type { Json } from '../../json.ts';
import { isUnreachable } from '../http/request.ts';

/** Tells two states of a file apart, as far as can be told without reading it. */
export interface FileState {
  /** Bytes; undefined where nobody says. */
  readonly size: number | undefined;
  /** Changes with the content: a time, or what a server calls its version. */
  readonly version: string;
}

/** Bytes as they lie there, neither decompressed nor decoded. */
export interface ByteStore {
  /** The format and the place: the name of the source, as in errors. */
  readonly name: string;
  /** Where it is a file of this machine. */
  readonly path?: string;
  /** Whether its bytes can be had only once. */
  readonly once: boolean;
  /**
   * What it is like now; undefined where it is no file.
   *
   * @throws SourceError where there is no such file
   */
  state(signal: AbortSignal | undefined): Promise<FileState | undefined>;
  /** Whether `read` can be used, and `stream` does not read what lies before. */
  canSeek(signal: AbortSignal | undefined): Promise<boolean>;
  /**
   * All bytes from an offset on.
   *
   * @param isLast of bytes that can be had only once: what is read is not kept for another look
   * @throws SourceError where they cannot be read, or are not those of the last state that was asked for
   */
  stream(from: number, signal: AbortSignal | undefined, isLast?: boolean): AsyncGenerator<Uint8Array>;
  /** So many bytes from an offset on, fewer where there are no more. Errors as of `stream`. */
  read(at: number, length: number, signal: AbortSignal | undefined): Promise<Uint8Array>;
  /** Changes when the content does. */
  fingerprint(signal: AbortSignal | undefined): Promise<{ readonly [key: string]: Json }>;
  /** Closes what can be had only once, though nothing of it was read. */
  readonly abandon?: () => void;
}

export function isSameState(a: FileState | undefined, b: FileState | undefined): boolean {
  return a?.size === b?.size && a?.version === b?.version;
}

/**
 * Holds a file to what it was like.
 *
 * @param failure what reading has failed with: where nobody answers, nobody is asked again
 * @throws SourceError where the file is not as it was before
 */
export async function assertUnchanged(
  store: ByteStore,
  before: FileState | undefined,
  signal: AbortSignal | undefined,
  failure?: unknown,
): Promise<void> {
  if (before === undefined || isUnreachable(failure)) return;
  const now = await store.state(signal).catch((error) => {
    throw error instanceof SourceError && store.path !== undefined ? changed(store.name, 'it is gone') : error;
  });
  if (!isSameState(before, now)) throw changed(store.name, describeChange(before, now));
}

/** The error that says so. */
export function changed(where: string, how: string): SourceError {
  return new SourceError({
    where,
    expected: 'the file to stay as it is while it is read',
    received: `a file that was changed meanwhile: ${how}`,
    hint: 'Write new data to a new file',
  });
}

export function describeChange(before: FileState, now: FileState | undefined): string {
  if (before.size !== now?.size) return `${before.size ?? 'unknown'} bytes, now ${now?.size ?? 'unknown'}`;
  return `version ${before.version || 'unknown'}, now ${now?.version || 'unknown'}`;
}
