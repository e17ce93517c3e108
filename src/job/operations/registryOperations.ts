import { join } from 'node:path';
import { OptionError } from '../../errors.ts';
import { writePointers } from '../registry/pointers.ts';
import { setChampion } from '../registry/setChampion.ts';
import { verifyCheckpoint } from '../registry/verifyCheckpoint.ts';
import { readAliasChanges, refuseAlias, setAlias } from '../store/aliasTable.ts';
import type { Database } from '../store/database.ts';
import { lockJob } from '../store/jobTable.ts';
import { queueNotification } from '../store/notificationTable.ts';
import { readChampions, readVersion, readVersions } from '../store/versionTable.ts';
import type { Clock } from '../types.ts';
import { findJob } from './findJob.ts';
import type { Operations, Requester } from './operations.ts';

export interface RegistryContext {
  readonly database: Database;
  readonly home: string;
  readonly clock: Clock;
}

/** What is read and changed of versions and aliases. */
export function registryOperations(
  context: RegistryContext,
): Pick<Operations, 'models' | 'promote' | 'refuse' | 'unalias' | 'rollback'> {
  const { database, home, clock } = context;

  /** Loads a version, and lets the alias point to it where it is still kept by then. */
  async function point(
    request: Requester & { alias: string; version: number; share: number | null; kind: 'promote' | 'rollback' },
  ): Promise<void> {
    const { job, alias, version, share, kind, by, why } = request;
    const found = await readVersion(database, job, version);
    if (!found) throw noVersion(job, `${version}`);
    await verifyCheckpoint(join(home, found.checkpoint), found.sha256);
    await database.transaction(async (sql) => {
      await lockJob(sql, job);
      if (!(await readVersion(sql, job, version))) throw noVersion(job, `${version}`);
      const change = { job, version, kind, by, why, at: clock.now() };
      if (alias === 'champion') await setChampion(sql, change);
      else await setAlias(sql, { ...change, name: alias, share });
    });
    await writePointers(database, home, job);
  }

  return {
    async models({ job }) {
      if (job !== null) await findJob(database, job);
      const versions = await readVersions(database, job);
      const changes = await readAliasChanges(database, job);
      return { versions, changes };
    },
    async promote({ job, version, alias, share = null, by, why }) {
      await findJob(database, job);
      if (!/^[a-z][\w-]*$/i.test(alias) || alias === 'previous') {
        throw noAlias('a name of letters, digits, "_" and "-", other than previous', alias);
      }
      if (alias === 'champion' && share !== null) {
        throw noAlias('another one than champion, which answers what no other does, for a share', alias);
      }
      await point({ job, alias, version, share, by, why, kind: 'promote' });
    },
    async refuse({ job, alias, by, why }) {
      await findJob(database, job);
      const at = clock.now();
      await database.transaction(async (sql) => {
        await lockJob(sql, job);
        const version = await refuseAlias(sql, { job, name: alias, by, why, at });
        const text = `${alias} of ${job}: version ${version ?? '-'} could not be put into service by ${by}: ${why}`;
        await queueNotification(sql, { job, event: 'alert', at, text, details: { version, alias, by, why } });
      });
    },
    async unalias({ job, alias, by, why }) {
      await findJob(database, job);
      if (alias === 'champion' || alias === 'previous') throw noAlias('one other than champion and previous', alias);
      await database.transaction(async (sql) => {
        await lockJob(sql, job);
        const old = await setAlias(sql, { job, name: alias, kind: 'remove', version: null, by, why, at: clock.now() });
        if (old === null) throw noAlias(`an alias of ${job}`, alias);
      });
      await writePointers(database, home, job);
    },
    async rollback({ job, version, by, why }) {
      await findJob(database, job);
      const [champion, previous] = await readChampions(database, job);
      const target = version ?? previous?.version;
      if (target === undefined || target === champion?.version) {
        throw new OptionError({
          where: `rollback of ${job}`,
          expected: 'a version other than the champion, that is kept',
          received: target === undefined ? 'no champion before this one' : `version ${target}, the champion`,
          hint: `millrace models ${job} lists them`,
        });
      }
      await point({ job, alias: 'champion', version: target, by, why, share: null, kind: 'rollback' });
      return target;
    },
  };
}

function noAlias(expected: string, received: string): OptionError {
  return new OptionError({ where: 'alias', expected, received });
}

function noVersion(job: string, received: string): OptionError {
  return new OptionError({
    where: `version of ${job}`,
    expected: 'the number of a version that is kept',
    received,
    hint: `millrace models ${job} lists them`,
  });
}
