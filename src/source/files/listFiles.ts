import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { SourceError } from '../../errors.ts';

/**
 * The files that a pattern or a folder names, sorted by path, by code units. `*` and `?` stand for any characters of a name, `**`
 * for any folders; a folder stands for the files in it. Names that begin with a dot or an underscore must be named so.
 *
 * @param where the source's name, for errors
 * @throws SourceError where there is none, or a folder cannot be read
 */
export async function listFiles(where: string, pattern: string): Promise<readonly string[]> {
  const isFolder = !/[*?]/.test(pattern) && (await stat(pattern).catch(() => undefined))?.isDirectory();
  const parts = (isFolder ? join(pattern, '*') : pattern).split(/[\\/]/);
  const fixed = parts.findIndex((part) => /[*?]/.test(part));
  if (fixed < 0) return [pattern];
  const root = parts.slice(0, fixed).join('/') || (pattern.startsWith('/') ? '/' : '.');
  const found: string[] = [];
  await walk(where, root, parts.slice(fixed), found);
  if (found.length > 0) return [...new Set(found)].sort();
  throw new SourceError({
    where,
    expected: 'at least one file',
    received: isFolder ? 'a folder without files' : 'none that the pattern fits',
    hint: 'Check the pattern; it is relative to the folder in which the command runs',
  });
}

async function walk(where: string, folder: string, parts: readonly string[], found: string[]): Promise<void> {
  const [part, ...rest] = parts;
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause): Dirent[] => {
    // Where the folder is looked for and not named, there may be none.
    if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR') return [];
    throw new SourceError({ where, expected: 'a folder that can be read', received: cause.message, cause });
  });
  if (part === '**') await walk(where, folder, rest.length > 0 ? rest : ['*'], found);
  const fits = part === '**' ? toRegExp('*') : toRegExp(part!);
  for (const { name } of entries) {
    if (!fits.test(name)) continue;
    const path = join(folder, name);
    // Through links, too.
    const entry = await stat(path).catch(() => undefined);
    if (part === '**') {
      if (entry?.isDirectory()) await walk(where, path, parts, found);
    } else if (rest.length > 0) {
      if (entry?.isDirectory()) await walk(where, path, rest, found);
    } else if (entry?.isFile()) found.push(path);
  }
}

/** The names that one part of a pattern fits. */
export function toRegExp(part: string): RegExp {
  const source = part
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${/^[*?]/.test(part) ? '(?![._])' : ''}${source}$`, 'su');
}
