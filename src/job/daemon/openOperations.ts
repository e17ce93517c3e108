import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { OptionError } from '../../errors.ts';
import { realClock } from '../clock/realClock.ts';
import { openDatabase } from '../database/openDatabase.ts';
import { databaseOperations } from '../operations/databaseOperations.ts';
import type { Operations } from '../operations/operations.ts';
import { reachOperations } from './loopback.ts';
import { whileLocked } from './whileLocked.ts';

export interface OpenOperations {
  readonly operations: Operations;
  close(): Promise<void>;
}

/**
 * The operations, wherever the database is: on a server; at a daemon of this machine, which has it; or in its folder, where no daemon runs.
 *
 * @param url of a server; undefined for the embedded database of `home`
 * @throws OptionError where there is no database yet
 */
export async function openOperations(home: string, url: string | undefined): Promise<OpenOperations> {
  if (url) return onDatabase(home, url);
  if (!(await stat(join(home, 'database')).catch(() => undefined))) {
    throw new OptionError({
      where: 'home',
      expected: 'a folder that millrace schedule has worked in, or DATABASE_URL',
      received: home,
      hint: 'Name it with --home, or begin with millrace schedule FILE',
    });
  }
  return whileLocked(async () => {
    const operations = await reachOperations(home);
    return operations ? { operations, close: async () => {} } : onDatabase(home, undefined);
  });
}

async function onDatabase(home: string, url: string | undefined): Promise<OpenOperations> {
  const database = await openDatabase(home, url);
  // Without a daemon nobody answers: what is asked for waits for one.
  const patienceMs = database.kind === 'embedded' ? 0 : undefined;
  return {
    operations: databaseOperations({ database, home, clock: realClock, patienceMs }),
    close: database.close,
  };
}
