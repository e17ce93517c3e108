import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readFile, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { Database } from '../../src/job/store/database.ts';
import { migrations } from '../../src/job/store/databaseSchema.ts';
import { openDatabase } from '../../src/job/store/openDatabase.ts';
import { temporaryFolder } from '../pipeline/run.ts';
import { noPostgres, type Postgres, startPostgres } from './postgres.ts';

/** A place for one test: a home folder, and the URL of a server's database where it is not the embedded one. */
export interface Place {
  readonly home: string;
  readonly url: string | undefined;
  /** Opens its database; it is closed when the test ends. */
  open(): Promise<Database>;
  /** The server, where there is one. */
  readonly postgres: Postgres | undefined;
}

let server: Promise<Postgres> | undefined;
let databases = 0;

/** The server of this process, with a database in which all tables are ready. */
function ready(): Promise<Postgres> {
  server ??= (async () => {
    const postgres = await startPostgres();
    await (await openDatabase('', await postgres.create('ready'))).close();
    return postgres;
  })();
  return server;
}

test.after.always('the server is stopped', async () => {
  await (await server)?.stop();
});

/** An embedded database in which all tables are ready: making one takes seconds, so that a copy stays on this machine. */
async function embeddedTemplate(): Promise<string> {
  const lock = await readFile('package-lock.json', 'utf8');
  const hash = createHash('sha256').update(lock).update(migrations.join()).digest('hex').slice(0, 16);
  const folder = join(tmpdir(), `millrace-embedded-${hash}`);
  if (await stat(folder).catch(() => undefined)) return folder;
  const unfinished = await mkdtemp(`${folder}-`);
  await (await openDatabase(unfinished, undefined)).close();
  await rename(unfinished, folder).catch(() => rm(unfinished, { recursive: true }));
  return folder;
}

/** A place with the embedded database. */
export async function embeddedPlace(t: ExecutionContext): Promise<Place> {
  const home = join(await temporaryFolder(t), 'home');
  await mkdir(home);
  await cp(join(await embeddedTemplate(), 'database'), join(home, 'database'), { recursive: true });
  return placeOf(t, home, undefined, undefined);
}

/** A place with a database of the server. */
export async function serverPlace(t: ExecutionContext): Promise<Place> {
  const home = join(await temporaryFolder(t), 'home');
  await mkdir(home);
  const postgres = await ready();
  databases++;
  return placeOf(t, home, await postgres.create(`test${databases}`, 'ready'), postgres);
}

function placeOf(t: ExecutionContext, home: string, url: string | undefined, postgres: Postgres | undefined): Place {
  return {
    home,
    url,
    postgres,
    async open() {
      const database = await openDatabase(home, url);
      let isOpen = true;
      const close = async () => {
        if (isOpen) await database.close();
        isOpen = false;
      };
      t.teardown(close);
      return { ...database, close };
    },
  };
}

/** A test on the embedded database, and the same on a server where there is one. */
export function onEachDatabase(title: string, body: (t: ExecutionContext, place: Place) => Promise<void>): void {
  test.serial(`embedded: ${title}`, async (t) => body(t, await embeddedPlace(t)));
  onServer(title, body);
}

/** A test on a server; skipped, with a message, where there is none. */
export function onServer(title: string, body: (t: ExecutionContext, place: Place) => Promise<void>): void {
  test.serial(`server: ${title}`, async (t) => {
    if (noPostgres) {
      t.log(noPostgres);
      t.pass();
      return;
    }
    await body(t, await serverPlace(t));
  });
}
