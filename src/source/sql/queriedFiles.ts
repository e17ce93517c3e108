import { stat } from 'node:fs/promises';
import { changed, describeChange, type FileState, isSameState } from '../input/byteStore.ts';
import type { Session } from './openSession.ts';
import type { SqlParameters } from './sqlValue.ts';

/** The files of this machine that a query names. */
export interface QueriedFiles {
  /** @throws SourceError where one is not as it was, or they are others */
  assertUnchanged(): Promise<void>;
}

/** Texts in SQL, with two quotes for one. */
const literals = /'((?:[^']|'')*)'/g;

/**
 * Takes note of the files that a query names in texts or parameters, and of what they are like. Files that are named elsewhere, as in a
 * view of the database, are not seen.
 *
 * @param statements the query, and what comes before it; a path may stand alone
 */
export async function queriedFiles(
  where: string,
  session: Session,
  statements: readonly string[],
  values: SqlParameters | undefined,
): Promise<QueriedFiles> {
  const [database = '', ...texts] = statements;
  const named = texts.flatMap((text) =>
    Array.from(text.matchAll(literals), ([, literal]) => literal!.replaceAll("''", "'")),
  );
  const given = Object.values(values ?? {}).filter((value) => typeof value === 'string');
  const patterns = [database, ...[...named, ...given].filter(isPath)];
  const before = await look();

  async function look(): Promise<ReadonlyMap<string, FileState>> {
    const states = new Map<string, FileState>();
    for (const pattern of new Set(patterns)) {
      const found = await session.settled(session.connection.runAndReadAll('SELECT file FROM glob($1)', [pattern]));
      for (const [file] of found.getRows()) {
        const entry = await stat(`${file}`).catch(() => undefined);
        if (entry?.isFile()) states.set(`${file}`, { size: entry.size, version: `${entry.mtimeMs}` });
      }
    }
    return states;
  }

  return {
    async assertUnchanged() {
      const now = await look();
      for (const file of new Set([...before.keys(), ...now.keys()])) {
        const [was, is] = [before.get(file), now.get(file)];
        if (was && is && isSameState(was, is)) continue;
        const how = !was ? 'it is new' : !is ? 'it is gone' : describeChange(was, is);
        throw changed(`${where}: ${file}`, how);
      }
    },
  };
}

/** Whether a text can be meant for a path, as `'*'` is not. */
function isPath(text: string): boolean {
  return /\w/.test(text) && /[./]/.test(text) && !text.includes('://');
}
