import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { LockError, MillraceError, OptionError } from '../../errors.ts';
import { isAlive } from '../../files/isAlive.ts';
import { lockDirectory } from '../../files/lockDirectory.ts';
import { shownSpan } from '../../format/times.ts';
import { realClock } from '../clock/clocks.ts';
import { databaseOperations } from '../operations/databaseOperations.ts';
import type { Operations } from '../operations/operations.ts';
import { openDatabase } from '../store/openDatabase.ts';
import { connectToDaemon } from './controlServer.ts';
import { readDaemonState } from './daemonState.ts';

export interface OpenOperations {
  readonly operations: Operations;
  close(): Promise<void>;
}

export interface OpenOptions {
  /** Is told, once, that the daemon cannot be asked at the moment, and why. */
  readonly wait?: (text: string) => void;
  /**
   * How long a daemon that starts or ends is waited for, in milliseconds.
   * @default 30_000
   */
  readonly timeoutMs?: number;
}

/** How long another command may have the folder: it takes a second or two. */
const commandMs = 5000;
const pauseMs = 100;

/**
 * The operations, wherever the database is: on a server; at a daemon of this machine, which has it; or in its folder, where no daemon runs.
 *
 * @param url of a server; undefined for the embedded database of `home`
 * @throws OptionError where there is no database yet
 * @throws MillraceError where a daemon starts or ends for longer than it is waited for
 * @throws LockError where another process has the folder
 */
export async function openOperations(
  home: string,
  url: string | undefined,
  { wait = () => {}, timeoutMs = 30_000 }: OpenOptions = {},
): Promise<OpenOperations> {
  if (url) return onDatabase(home, url);
  const began = performance.now();
  for (let isReported = false; ; ) {
    const operations = await connectToDaemon(home);
    if (operations) return { operations, close: async () => {} };
    try {
      await assertDatabase(home);
      return await onDatabase(home, undefined);
    } catch (error) {
      if (!(error instanceof LockError)) throw error;
      const waits = await daemonWaits(home);
      if (performance.now() - began > (waits ? timeoutMs : commandMs)) throw waits?.error ?? error;
      if (waits && !isReported) wait(waits.text);
      isReported ||= waits !== undefined;
      await setTimeout(pauseMs);
    }
  }
}

/**
 * @throws OptionError where there is no database
 * @throws LockError where another process has the folder, and may be making one
 */
async function assertDatabase(home: string): Promise<void> {
  const found = await stat(join(home, 'database')).catch((error) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (found) return;
  // Whoever takes the lock finds out whether somebody has it; a folder that is none of a daemon is left alone.
  if (await readDaemonState(home)) await (await lockDirectory(home))();
  throw new OptionError({
    where: 'home',
    expected: 'a folder that millrace schedule has worked in, or DATABASE_URL',
    received: home,
    hint: 'Name it with --home, or begin with millrace schedule FILE',
  });
}

/** Why the daemon that has the folder cannot be asked at the moment; undefined where it does not say so. */
async function daemonWaits(home: string): Promise<{ readonly text: string; readonly error: Error } | undefined> {
  const daemon = await readDaemonState(home);
  if (!daemon || !('state' in daemon) || !isAlive(daemon.pid)) return undefined;
  const { pid, state, since, doing } = daemon;
  const how = `${state}, since ${shownSpan(Math.max(Date.now() - since, 0))}: ${doing}`;
  return {
    text: `the daemon of this home is ${how}`,
    error: new MillraceError({
      where: home,
      expected: 'a daemon that can be asked',
      received: `one, process ${pid}, that is ${how}`,
      hint: 'Ask again in a while',
    }),
  };
}

async function onDatabase(home: string, url: string | undefined): Promise<OpenOperations> {
  const database = await openDatabase(home, url);
  // Without a daemon nobody answers: what is asked for waits for one.
  const timeoutMs = database.kind === 'embedded' ? 0 : undefined;
  return {
    operations: databaseOperations({ database, home, clock: realClock, timeoutMs }),
    close: database.close,
  };
}
