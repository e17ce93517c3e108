import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** How a server treats those who ask. */
export interface Manners {
  /** @default true */
  readonly ranges?: boolean;
  /** What tells versions apart. @default 'etag' */
  readonly version?: 'etag' | 'weak' | 'time' | 'none';
  /** Whether conditions are looked at. @default true */
  readonly conditions?: boolean;
  /** Bytes of an answer after which the connection is cut. */
  readonly cutAfter?: number;
  /** Bytes of an answer after which nothing comes any more. */
  readonly stallAfter?: number;
  /** Answers to be given with these statuses before the first proper one. */
  readonly statuses?: readonly number[];
  /** Gives all other bytes than were asked for. */
  readonly wrongPart?: boolean;
  /** Whether the length is left out, and the end is that of the connection. */
  readonly noLength?: boolean;
}

/** A request as it came. */
export interface Asked {
  readonly path: string;
  readonly range: string | undefined;
  readonly headers: IncomingMessage['headers'];
}

export interface FileServer {
  url(path: string): string;
  /** Puts a file there, or another in its place. */
  put(path: string, bytes: Uint8Array | string, manners?: Manners): void;
  remove(path: string): void;
  /** Answers requests for one path with the address of another. */
  redirect(path: string, to: string): void;
  /** What was asked for so far. */
  readonly asked: Asked[];
  /** Bytes of bodies that were given to the network. */
  sent(): number;
  /** Connections so far, and those that are open. */
  made(): number;
  connections(): number;
  close(): Promise<void>;
}

interface File {
  readonly bytes: Buffer;
  readonly manners: Manners;
  readonly written: Date;
  statuses: number[];
}

/** A real server on this machine, with good manners or bad ones. */
export async function startFileServer(): Promise<FileServer> {
  const files = new Map<string, File>();
  const redirects = new Map<string, string>();
  const asked: Asked[] = [];
  const sockets = new Set<Socket>();
  let sent = 0;
  let made = 0;
  let seconds = 1_000_000_000;

  function answer(request: IncomingMessage, response: ServerResponse): void {
    const path = (request.url ?? '').split('?')[0] ?? '';
    asked.push({ path, range: request.headers.range, headers: request.headers });
    const to = redirects.get(path);
    if (to !== undefined) {
      response.writeHead(302, { location: to }).end();
      return;
    }
    const file = files.get(path);
    if (!file) {
      response.writeHead(404).end();
      return;
    }
    const { bytes, written, manners } = file;
    const { ranges = true, version = 'etag', conditions = true } = manners;
    const status = file.statuses.shift();
    if (status !== undefined) {
      response.writeHead(status, status === 503 ? { 'retry-after': '0' } : {}).end('nothing');
      return;
    }
    const etag = `"${createHash('sha256').update(bytes).digest('hex').slice(0, 16)}"`;
    const said: Record<string, string> = {
      ...(version === 'etag' && { etag }),
      ...(version === 'weak' && { etag: `W/${etag}` }),
      ...((version === 'etag' || version === 'time') && { 'last-modified': written.toUTCString() }),
    };
    const { 'if-match': match, 'if-unmodified-since': since } = request.headers;
    const isOther = match !== undefined ? match !== etag : since !== undefined && new Date(since) < written;
    if (conditions && isOther) {
      response.writeHead(412).end();
      return;
    }
    const part = ranges ? /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') : null;
    const begin = Number(part?.[1] ?? 0);
    const end = part?.[2] ? Math.min(Number(part[2]) + 1, bytes.length) : bytes.length;
    if (part && begin >= bytes.length) {
      response.writeHead(416, { ...said, 'content-range': `bytes */${bytes.length}` }).end();
      return;
    }
    const body = bytes.subarray(begin, end);
    const [from, to_] = manners.wrongPart ? [begin + 1, end] : [begin, end];
    response.writeHead(part ? 206 : 200, {
      ...said,
      ...(!manners.noLength && { 'content-length': body.length }),
      ...(manners.noLength && { connection: 'close' }),
      ...(part && { 'content-range': `bytes ${from}-${to_ - 1}/${bytes.length}` }),
    });
    const stop = manners.cutAfter ?? manners.stallAfter;
    if (stop === undefined || body.length <= stop) {
      sent += body.length;
      response.end(body);
      return;
    }
    sent += stop;
    response.flushHeaders();
    const written_ = () => {
      if (manners.cutAfter !== undefined) setImmediate(() => response.destroy());
    };
    if (stop === 0) written_();
    else response.write(body.subarray(0, stop), written_);
  }

  const server = createServer(answer);
  server.on('connection', (socket) => {
    made++;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    asked,
    url: (path) => `http://127.0.0.1:${port}${path}`,
    put(path, bytes, manners = {}) {
      seconds += 10;
      files.set(path, {
        bytes: Buffer.from(bytes),
        manners,
        written: new Date(seconds * 1000),
        statuses: [...(manners.statuses ?? [])],
      });
    },
    remove: (path) => void files.delete(path),
    redirect: (path, to) => void redirects.set(path, to),
    sent: () => sent,
    made: () => made,
    connections: () => sockets.size,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
