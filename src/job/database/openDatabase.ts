import type { Database } from './database.ts';
import { embeddedDatabase } from './embeddedDatabase.ts';
import { migrate } from './migrate.ts';
import { serverDatabase } from './serverDatabase.ts';

/**
 * Opens the database that all is kept in, its tables ready.
 *
 * @param home the folder of an embedded one
 * @param url that of a server; the embedded one where there is none
 * @throws CheckpointError where another process has the embedded one
 */
export async function openDatabase(home: string, url: string | undefined): Promise<Database> {
  const database = url ? await serverDatabase(url) : await embeddedDatabase(home);
  try {
    await migrate(database);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}
