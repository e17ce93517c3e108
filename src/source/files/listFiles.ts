import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { SourceError } from '../../errors.ts';
import { untilAborted } from '../input/untilAborted.ts';
import type { OpenOptions } from '../types.ts';

/** A folder, and what is left of the pattern for the names in it: each of `rests` may fit. */
interface Place {
  readonly folder: string;
  readonly rests: readonly (readonly string[])[];
}

/** Names that are looked at before timers and other input get their turn. */
const namesATurn = 4096;

/**
 * The files that a pattern or a folder names, sorted by path, by code units. `*` and `?` stand for any characters of a name, `**`
 * for any folders; a folder stands for the files in it. Names that begin with a dot or an underscore must be named so.
 *
 * Links are followed. Each file comes once, by the place where it really is, however many ways lead to it: under the path without links that
 * fits, or else the first one that does. A folder is looked through once, so that links to a folder above come to an end.
 *
 * @param where the source's name, for errors
 * @param signal ends the listing
 * @param tell receives a warning for each link that leads nowhere
 * @throws SourceError where there is none, or a folder cannot be read
 */
export async function listFiles(
  where: string,
  pattern: string,
  { signal, tell }: Partial<Pick<OpenOptions, 'signal' | 'tell'>> = {},
): Promise<readonly string[]> {
  const until = <T>(promise: Promise<T>) => untilAborted(promise, signal);
  const isFolder = !/[*?]/.test(pattern) && (await until(stat(pattern).catch(() => undefined)))?.isDirectory();
  const parts = (isFolder ? join(pattern, '*') : pattern).split(/[\\/]/);
  const fixed = parts.findIndex((part) => /[*?]/.test(part));
  if (fixed < 0) return [pattern];
  const root = parts.slice(0, fixed).join('/') || (pattern.startsWith('/') ? '/' : '.');
  /** By where they really are. */
  const found = new Map<string, string>();
  /** Folders, by where they really are, with what was left of the pattern in them. */
  const seen = new Set<string>();
  const places: Place[] = [{ folder: root, rests: [parts.slice(fixed)] }];
  /** What links lead to is looked at after all that is there without. */
  let links: (Place & { readonly path: string; readonly isMeant: boolean })[] = [];

  async function look({ folder, rests }: Place): Promise<void> {
    const real = await until(realpath(folder).catch(() => folder));
    const keyOf = (rest: readonly string[]) => `${real}\0${rest.join('/')}`;
    const fresh = everyRest(rests).filter((rest) => !seen.has(keyOf(rest)));
    if (fresh.length === 0) return;
    for (const rest of fresh) seen.add(keyOf(rest));
    const entries = await until(readdir(folder, { withFileTypes: true })).catch((cause) => {
      if (signal?.aborted) throw signal.reason;
      // Where the folder is looked for and not named, there may be none.
      if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR') return [];
      throw new SourceError({ where, expected: 'a folder that can be read', received: cause.message, cause });
    });
    const tests = fresh.map(([part, ...rest]) => ({
      fits: toRegExp(part === '**' ? '*' : part!),
      below: part === '**' ? [part, ...rest] : rest,
    }));
    for (const [i, entry] of entries.entries()) {
      if (i % namesATurn === namesATurn - 1) await turn();
      signal?.throwIfAborted();
      const fitting = tests.filter(({ fits }) => fits.test(entry.name));
      if (fitting.length === 0) continue;
      const path = join(folder, entry.name);
      const below = fitting.map((test) => test.below).filter((rest) => rest.length > 0);
      const isMeant = below.length < fitting.length;
      if (entry.isSymbolicLink()) links.push({ path, folder: path, rests: below, isMeant });
      else if (entry.isFile()) {
        const file = join(real, entry.name);
        if (isMeant && !found.has(file)) found.set(file, path);
      } else if (entry.isDirectory() && below.length > 0) places.push({ folder: path, rests: below });
    }
  }

  async function follow(): Promise<void> {
    const sorted = links.sort((a, b) => (a.path < b.path ? -1 : 1));
    links = [];
    for (const { path, rests, isMeant } of sorted) {
      signal?.throwIfAborted();
      const entry = await until(stat(path).catch(() => undefined));
      if (entry?.isDirectory() && rests.length > 0) places.push({ folder: path, rests });
      else if (entry?.isFile() && isMeant) {
        const real = await until(realpath(path).catch(() => path));
        if (!found.has(real)) found.set(real, path);
      } else if (!entry && isMeant) tell?.(`${where}: left out ${path}, a link that leads nowhere`);
    }
  }

  while (places.length > 0 || links.length > 0) {
    const place = places.pop();
    await (place ? look(place) : follow());
  }
  if (found.size > 0) return [...found.values()].sort();
  throw new SourceError({
    where,
    expected: 'at least one file',
    received: isFolder ? 'a folder without files' : 'none that the pattern fits',
    hint: 'Check the pattern; it is relative to the folder in which the command runs',
  });
}

/** What may be left of a pattern for a folder: `**` stands for no folder at all, too, and at the end for the files in one. */
function everyRest(rests: readonly (readonly string[])[]): (readonly string[])[] {
  return rests.flatMap((rest) =>
    rest[0] === '**' ? [rest, ...everyRest([rest.length > 1 ? rest.slice(1) : ['*']])] : [rest],
  );
}

/** The names that one part of a pattern fits. */
export function toRegExp(part: string): RegExp {
  const source = part
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${/^[*?]/.test(part) ? '(?![._])' : ''}${source}$`, 'su');
}
