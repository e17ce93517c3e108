import { execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, globSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import pg from 'pg';

/** A throw-away PostgreSQL server on a free port of this machine. */
export interface Postgres {
  /** The URL of a database. */
  url(database: string): string;
  /** Makes a database, as a copy of another where one is named. @returns its URL */
  create(database: string, template?: string): Promise<string>;
  /** Ends all connections at once, and starts again after so many milliseconds. */
  restart(awayMs?: number): Promise<void>;
  stop(): Promise<void>;
}

/** Where Debian puts the programs of the server; elsewhere they are on the path. */
const [newest] = globSync('/usr/lib/postgresql/*/bin').sort((a, b) => b.localeCompare(a, 'en', { numeric: true }));
const folders = [newest, ...(process.env.PATH ?? '').split(':')].filter((folder) => folder !== undefined);
const programs = folders.find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')));

/** Why there can be no server here; undefined where there can. */
export const noPostgres = programs
  ? undefined
  : 'skipped: there is no PostgreSQL server here (Debian: apt-get install postgresql)';

/** Starts a server in a temporary folder, as an unprivileged user: it refuses to run as root. */
export async function startPostgres(): Promise<Postgres> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-postgres-'));
  const user = unprivileged();
  if (user) chownSync(folder, user.uid, user.gid);
  const data = join(folder, 'data');
  const options = { ...user, cwd: folder };
  execFileSync(
    join(programs!, 'initdb'),
    ['--pgdata', data, '--username', 'millrace', '--auth', 'trust', '--no-sync', '--encoding', 'UTF8'],
    { ...options, stdio: 'ignore' },
  );
  const port = await freePort();
  const url = (database: string) => `postgresql://millrace@127.0.0.1:${port}/${database}`;

  async function start() {
    const settings = { listen_addresses: '127.0.0.1', port, unix_socket_directories: '', fsync: 'off' };
    const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const server = spawn(join(programs!, 'postgres'), ['-D', data, ...args], { ...options, stdio: 'ignore' });
    const end = () => server.kill('SIGQUIT');
    process.on('exit', end);
    const ended = new Promise<void>((resolve) => server.on('exit', () => resolve()));
    ended.then(() => process.off('exit', end));
    await untilReady(url('postgres'));
    return { server, ended };
  }

  let running = await start();
  async function query(text: string) {
    const client = new pg.Client(url('postgres'));
    await client.connect();
    await client.query(text);
    await client.end();
  }
  return {
    url,
    async create(database, template) {
      await query(`create database ${database}${template ? ` template ${template}` : ''}`);
      return url(database);
    },
    async restart(awayMs = 0) {
      running.server.kill('SIGINT');
      await running.ended;
      await setTimeout(awayMs);
      running = await start();
    },
    async stop() {
      running.server.kill('SIGQUIT');
      await running.ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function unprivileged(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (flag: string, name: string) => Number(execFileSync('id', [flag, name], { encoding: 'utf8' }));
  return { uid: id('-u', 'nobody'), gid: id('-g', 'nobody') };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function untilReady(url: string): Promise<void> {
  for (let tries = 0; ; tries++) {
    const client = new pg.Client(url);
    client.on('error', () => {});
    try {
      await client.connect();
      await client.end();
      return;
    } catch (error) {
      if (tries > 300) throw error;
      await setTimeout(50);
    }
  }
}
