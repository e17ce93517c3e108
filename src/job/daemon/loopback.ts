import { randomBytes, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type Complaint, MillraceError, OptionError } from '../../errors.ts';
import { type Operations, operationNames } from '../operations/operations.ts';

/** Where a daemon can be reached, in its home folder; readable by its user alone. */
interface Door {
  readonly port: number;
  readonly token: string;
}

const doorFile = 'daemon.json';
const mostBytes = 1e6;

/**
 * Lets other processes of this machine ask the daemon, whose database is its own: HTTP on the loopback interface, for whoever can read
 * the token in the home folder.
 *
 * @returns closes it
 */
export async function serveOperations(home: string, operations: Operations): Promise<() => Promise<void>> {
  const token = randomBytes(32).toString('hex');
  const server = createServer(async (request, response) => {
    const answer = await answerTo(request, token, operations);
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const door: Door = { port, token };
  const path = join(home, doorFile);
  await writeFile(`${path}.tmp`, JSON.stringify(door), { mode: 0o600 });
  await rename(`${path}.tmp`, path);
  return async () => {
    await rm(path, { force: true });
    server.close();
    server.closeAllConnections();
  };
}

async function answerTo(request: IncomingMessage, token: string, operations: Operations) {
  const given = Buffer.from(request.headers.authorization ?? '');
  const wanted = Buffer.from(`Bearer ${token}`);
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return { status: 401, body: { error: 'no' } };
  const name = operationNames.find((each) => request.url === `/${each}`);
  if (request.method !== 'POST' || !name) return { status: 404, body: { error: 'no' } };
  if (Number(request.headers['content-length']) > mostBytes) return { status: 413, body: { error: 'too much' } };
  try {
    const asked = JSON.parse(await text(request));
    const result: unknown = await operations[name](asked as never);
    return { status: 200, body: { result } };
  } catch (error) {
    if (!(error instanceof MillraceError)) return { status: 500, body: { error: `${error}` } };
    const { where, expected, received, hint } = error;
    return { status: 400, body: { complaint: { where, expected, received, hint } } };
  }
}

/**
 * The operations of a daemon that has this home folder.
 *
 * @returns undefined where there is none
 */
export async function reachOperations(home: string): Promise<Operations | undefined> {
  const door = await readFile(join(home, doorFile), 'utf8').then(
    (json): Door => JSON.parse(json),
    () => undefined,
  );
  if (!door) return undefined;
  const ask = async (name: string, asked: unknown) => {
    const response = await fetch(`http://127.0.0.1:${door.port}/${name}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${door.token}`, 'content-type': 'application/json' },
      body: JSON.stringify(asked ?? null),
    });
    const { result, complaint, error } = (await response.json()) as {
      result?: unknown;
      complaint?: Complaint;
      error?: string;
    };
    if (complaint) throw new OptionError(complaint);
    if (error) throw new Error(`the daemon: ${error}`);
    return result;
  };
  try {
    await ask('jobs', null);
  } catch (error) {
    // The file of a daemon that has died, or the port is another's by now.
    if (error instanceof TypeError || `${error}`.includes('the daemon: no') || error instanceof SyntaxError)
      return undefined;
    throw error;
  }
  const all = operationNames.map((name) => [name, (asked: unknown) => ask(name, asked)]);
  return Object.fromEntries(all) as unknown as Operations;
}
