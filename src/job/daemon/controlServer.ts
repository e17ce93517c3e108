import { randomBytes, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { type ErrorDetails, MillraceError, OptionError } from '../../errors.ts';
import { type Operations, operationNames } from '../operations/operations.ts';
import { readDaemonState, writeDaemonState } from './daemonState.ts';

const mostBytes = 1e6;
/** How long a daemon may take to answer at all. */
const answerMs = 10_000;

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
  await writeDaemonState(home, { pid: process.pid, port, token });
  return async () => {
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
    const argument = JSON.parse(await text(request));
    const result: unknown = await operations[name](argument as never);
    return { status: 200, body: { result } };
  } catch (error) {
    if (!(error instanceof MillraceError)) return { status: 500, body: { error: `${error}` } };
    const { where, expected, received, hint } = error;
    return { status: 400, body: { problem: { where, expected, received, hint } } };
  }
}

/**
 * The operations of a daemon that has this home folder.
 *
 * @returns undefined where there is none, or none that is ready
 * @throws MillraceError where there is one that does not answer
 */
export async function connectToDaemon(home: string): Promise<Operations | undefined> {
  const daemon = await readDaemonState(home);
  if (!daemon || !('port' in daemon)) return undefined;
  const call = async (name: string, argument: unknown, signal?: AbortSignal) => {
    const response = await fetch(`http://127.0.0.1:${daemon.port}/${name}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${daemon.token}`, 'content-type': 'application/json' },
      body: JSON.stringify(argument ?? null),
      signal,
    });
    const { result, problem, error } = (await response.json()) as {
      result?: unknown;
      problem?: ErrorDetails;
      error?: string;
    };
    if (problem) throw new OptionError(problem);
    if (error) throw new Error(`the daemon: ${error}`);
    return result;
  };
  try {
    await call('jobs', null, AbortSignal.timeout(answerMs));
  } catch (error) {
    if ((error as Error).name === 'TimeoutError') {
      throw new MillraceError({
        where: home,
        expected: `an answer of its daemon, process ${daemon.pid}, within ${answerMs / 1000} s`,
        received: 'none',
        hint: 'It may be suspended, or its disk full',
      });
    }
    // The file of a daemon that has died, or the port is another's by now.
    if (error instanceof TypeError || `${error}`.includes('the daemon: no') || error instanceof SyntaxError)
      return undefined;
    throw error;
  }
  const all = operationNames.map((name) => [name, (argument: unknown) => call(name, argument)]);
  return Object.fromEntries(all) as unknown as Operations;
}
