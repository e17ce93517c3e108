import { mkdir, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type ErrorDetails, MillraceError, OptionError } from '../../errors.ts';
import type { Tell } from '../types.ts';
import { type FileLook, isSameLook, type WatchedFolder } from './watchedFolder.ts';

/** What becomes of files that cannot be used: see `WatchOptions`. */
export type BadFiles = 'fail' | 'skip' | 'quarantine';

export interface NextFileOptions {
  /** The source's name. */
  readonly name: string;
  readonly folder: string;
  readonly watched: WatchedFolder;
  readonly pollMs: number;
  readonly badFiles: BadFiles;
  /**
   * Is given a file that is passed over, and why.
   * @default tells of it
   */
  readonly onPassedOver?: (file: string, error: MillraceError) => void;
}

const wayOut =
  "Correct the file or take it away, and start or resume the run; badFiles: 'skip' or 'quarantine' goes on without such files";

export interface Waiting {
  /** The files that have been read. */
  readonly read: ReadonlySet<string>;
  readonly signal: AbortSignal | undefined;
  readonly tell: Tell;
}

/** A file that stayed as it is while it was checked, and what the check gave. */
export interface Found<T> {
  readonly look: FileLook;
  readonly checked: T;
}

/** Gives files that have arrived and can be used, one after the other. */
export interface NextFile {
  /**
   * Looks for the next one, or waits for a while.
   *
   * @param check undefined for a file that has no rows yet; what it throws, a file is bad for
   * @param first the file that comes before all others, where it is there
   * @returns undefined where another look is needed
   */
  find<T>(
    check: (look: FileLook) => Promise<T | undefined>,
    waiting: Waiting,
    first?: string,
  ): Promise<Found<T> | undefined>;
  /** The file that was found last has not been read: it comes again. */
  putBack(look: FileLook): void;
}

export function createNextFile({ name, folder, watched, pollMs, badFiles, onPassedOver }: NextFileOptions): NextFile {
  /** Settled files, in their order. */
  let queue: FileLook[] = [];
  /** Files that are not looked at before they are others. */
  const passed = new Map<string, FileLook>();

  function isPassed(look: FileLook): boolean {
    const was = passed.get(look.file);
    return was?.mode === look.mode && isSameLook(was, look);
  }

  function passOver(look: FileLook): boolean {
    const isNew = !isPassed(look);
    passed.set(look.file, look);
    return isNew;
  }

  async function refuse(look: FileLook, error: MillraceError, tell: Tell): Promise<void> {
    if (badFiles === 'fail') throw withWayOut(error);
    passOver(look);
    if (badFiles === 'skip') {
      if (onPassedOver) return onPassedOver(look.file, error);
      tell(`${name}: passed over ${look.file} until it is another one. ${error.message}`);
      return;
    }
    const place = await putAway(folder, look.file);
    tell(`${name}: moved ${look.file} to ${place}. ${error.message}`);
  }

  return {
    putBack(look) {
      queue.unshift(look);
    },
    async find(check, { read, signal, tell }, first) {
      if (queue.length === 0) {
        const settled = await watched.settled(read, signal);
        queue = settled.filter((look) => !isPassed(look));
        queue.sort((a, b) => Number(b.file === first) - Number(a.file === first));
      }
      const look = queue.shift();
      const isAsItWas = async () => look !== undefined && isSameLook(await watched.look(look.file), look);
      if (!look) {
        await wait(pollMs, undefined, signal ? { signal } : {}).catch((error) => {
          throw signal?.aborted ? signal.reason : error;
        });
        return undefined;
      }
      if (read.has(look.file) || !(await isAsItWas())) return undefined;
      if (look.bytes === 0) {
        if (passOver(look)) tell(`${name}: ${look.file} is empty; it is read when something is in it`, 'info');
        return undefined;
      }
      let checked: Awaited<ReturnType<typeof check>>;
      try {
        checked = await check(look);
      } catch (error) {
        if (signal?.aborted) throw signal.reason;
        if (!(error instanceof MillraceError) || error instanceof OptionError) throw error;
        // One that is still being written is not bad.
        if (await isAsItWas()) await refuse(look, error, tell);
        return undefined;
      }
      if (!(await isAsItWas())) return undefined;
      if (checked !== undefined) return { look, checked };
      if (passOver(look)) tell(`${name}: ${look.file} has no rows yet; it is read when it has`, 'info');
      return undefined;
    },
  };
}

/** The same error, with what lets the reading go on. */
function withWayOut(error: MillraceError): MillraceError {
  const { where, expected, received, hint } = error;
  const Kind = error.constructor as new (complaint: ErrorDetails) => MillraceError;
  return new Kind({ where, expected, received, hint: hint ? `${hint}. ${wayOut}` : wayOut, cause: error });
}

/** Moves a file where nobody watches, and gives the place. */
async function putAway(folder: string, file: string): Promise<string> {
  const away = join(folder, '_quarantine');
  await mkdir(away, { recursive: true });
  let place = join(away, file);
  for (let i = 1; await stat(place).catch(() => undefined); i++) place = join(away, `${file}.${i}`);
  await rename(join(folder, file), place);
  return place;
}
