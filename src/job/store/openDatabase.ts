import { MillraceError, OptionError } from '../../errors.ts';
import type { Database } from './database.ts';
import { type EmbeddedOptions, embeddedDatabase } from './embeddedDatabase.ts';
import { migrate } from './migrate.ts';
import { serverDatabase } from './serverDatabase.ts';

/**
 * Opens the database that all is kept in, its tables ready.
 *
 * @param home the folder of an embedded one
 * @param url that of a server; the embedded one where there is none
 * @param options of the embedded one
 * @throws LockError where another process has the embedded one
 * @throws OptionError where the URL is none of a PostgreSQL server
 * @throws MillraceError where the server cannot be reached, or does not let this user in
 */
export async function openDatabase(
  home: string,
  url: string | undefined,
  options?: EmbeddedOptions,
): Promise<Database> {
  const database = url ? await serverDatabase(checked(url)) : await embeddedDatabase(home, options);
  try {
    await migrate(database);
    return database;
  } catch (error) {
    await database.close();
    throw database.kind === 'embedded' || error instanceof MillraceError ? error : unusable(database.name, error);
  }
}

/** @throws OptionError whose message has no password */
function checked(url: string): string {
  const protocol = URL.parse(url)?.protocol;
  if (protocol === 'postgresql:' || protocol === 'postgres:') return url;
  throw new OptionError({
    where: 'DATABASE_URL',
    expected: 'postgresql://user:password@host:port/name',
    received: protocol === undefined ? 'no URL' : `a URL that begins with ${protocol}`,
    hint: 'Without it the database is embedded, in the home folder',
  });
}

function unusable(name: string, cause: unknown): MillraceError {
  return new MillraceError({
    where: name,
    expected: 'a PostgreSQL server that lets this user make tables',
    received: cause instanceof Error && cause.message ? cause.message : `${cause}`,
    hint: 'Check DATABASE_URL, and that the server runs',
    cause,
  });
}
