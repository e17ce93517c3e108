import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { SourceError } from '../../errors.ts';
import { untilAborted } from '../input/untilAborted.ts';
import { toRegExp } from './listFiles.ts';

/** A file as it was when somebody looked. */
export interface FileLook {
  readonly file: string;
  readonly bytes: number;
  /** When it was last written. */
  readonly mtimeMs: number;
  /** Who may read it. */
  readonly mode: number;
}

export interface WatchedFolderOptions {
  readonly pattern: string;
  readonly since: Date | undefined;
  readonly settleMs: number;
  /** A file that is none of those meant. */
  readonly journal: string;
}

/** A folder in which files arrive. */
export interface WatchedFolder {
  /**
   * The files that are there, have not been read and have stayed as they are for long enough, by the time they were last written and their
   * names. Of a file and links to it one comes.
   */
  settled(read: ReadonlySet<string>, signal: AbortSignal | undefined): Promise<readonly FileLook[]>;
  /** A file as it is now; undefined where it is not there. */
  look(file: string): Promise<FileLook | undefined>;
}

export function isSameLook(a: FileLook | undefined, b: FileLook | undefined): boolean {
  return a?.bytes === b?.bytes && a?.mtimeMs === b?.mtimeMs;
}

/** @param where the source's name, for errors */
export function watchFolder(
  where: string,
  folder: string,
  { pattern, since, settleMs, journal }: WatchedFolderOptions,
): WatchedFolder {
  const fits = toRegExp(pattern);
  const notMeant = resolve(journal);
  /** What unread files were like, and since when they have been so. */
  let seen = new Map<string, { readonly look: FileLook; readonly since: number }>();

  async function look(file: string): Promise<FileLook | undefined> {
    const entry = await stat(join(folder, file)).catch(() => undefined);
    if (!entry?.isFile()) return undefined;
    return { file, bytes: entry.size, mtimeMs: entry.mtimeMs, mode: entry.mode };
  }

  /** The names of the files that are meant. */
  async function names(read: ReadonlySet<string>, signal: AbortSignal | undefined): Promise<string[]> {
    const entries = await untilAborted(readdir(folder, { withFileTypes: true }), signal).catch((cause) => {
      if (signal?.aborted) throw signal.reason;
      throw new SourceError({ where, expected: 'a folder that can be read', received: cause.message, cause });
    });
    const meant = entries.filter(({ name }) => fits.test(name) && resolve(folder, name) !== notMeant);
    const links = meant.filter((entry) => entry.isSymbolicLink()).map(({ name }) => name);
    const second = links.length > 0 ? await otherNames(links, read) : new Set<string>();
    return meant.filter((entry) => !entry.isDirectory() && !second.has(entry.name)).map(({ name }) => name);
  }

  /** Links to files that have another name here, or that another link leads to: the one that was read, or else the first by name. */
  async function otherNames(links: readonly string[], read: ReadonlySet<string>): Promise<Set<string>> {
    const home = await realpath(folder).catch(() => folder);
    const places = new Set<string>();
    const second = new Set<string>();
    const isRead = (name: string) => Number(read.has(name));
    for (const name of [...links].sort((a, b) => isRead(b) - isRead(a) || (a < b ? -1 : 1))) {
      const place = await realpath(join(folder, name)).catch(() => undefined);
      if (place === undefined) continue;
      const isHere = dirname(place) === home && fits.test(basename(place));
      if (isHere || places.has(place)) second.add(name);
      places.add(place);
    }
    return second;
  }

  return {
    look,
    async settled(read, signal) {
      const found: FileLook[] = [];
      const next: typeof seen = new Map();
      const now = performance.now();
      for (const name of await names(read, signal)) {
        signal?.throwIfAborted();
        if (read.has(name)) continue;
        // One that has gone meanwhile is not meant.
        const is = await look(name);
        if (!is || (since && is.mtimeMs < since.getTime())) continue;
        const was = seen.get(name);
        const steady = was && isSameLook(was.look, is) ? was : { look: is, since: now };
        next.set(name, steady);
        if (now - steady.since >= settleMs) found.push(is);
      }
      seen = next;
      return found.sort((a, b) => a.mtimeMs - b.mtimeMs || (a.file < b.file ? -1 : 1));
    },
  };
}
