import { createHash, timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { OptionError } from '../errors.ts';
import { problemOf, RequestError } from './problem.ts';
import type { ServeLimits, ServeLog } from './types.ts';

export interface HttpOptions {
  readonly limits: Required<ServeLimits>;
  readonly token: string | undefined;
  readonly log: ServeLog;
  /** Is told of each answer: the route's pattern, never what the client sent for it. */
  readonly onResponse: (route: string, status: number, seconds: number) => void;
}

/** An HTTP server without routes, whose limits and refusals are those of all of them. */
export async function openHttp({ limits, token, log, onResponse }: HttpOptions): Promise<FastifyInstance> {
  const { fastify } = await import('fastify');
  const app = fastify({
    bodyLimit: limits.bodyBytes,
    requestTimeout: limits.requestMs,
    // Long after a slow sender has been told so.
    connectionTimeout: Math.min(limits.requestMs + 10_000, 2 ** 31 - 1),
    keepAliveTimeout: 5000,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    routerOptions: { maxParamLength: 200 },
    http: { headersTimeout: limits.requestMs, connectionsCheckingInterval: Math.min(1000, limits.requestMs) },
  });
  app.server.maxConnections = limits.connections;
  // Bodies are read by the routes, more strictly than JSON.parse would.
  app.removeAllContentTypeParsers();
  for (const type of bodyTypes)
    app.addContentTypeParser(type, { parseAs: 'buffer' }, (_, body, done) => done(null, body));
  if (token !== undefined) app.addHook('onRequest', tokenCheck(token));
  app.addHook('onRequest', refuseEncoded);
  app.setErrorHandler((error, _, reply) => {
    const { status, body } = problemOf(error);
    if (status >= 500) log('error', (error as Error).stack ?? `${error}`);
    reply.status(status).header('content-type', 'application/json; charset=utf-8').send(JSON.stringify(body));
  });
  app.setNotFoundHandler((request, reply) => {
    const message = `there is nothing at ${request.method} ${request.url.slice(0, 100)}. POST /models/NAME/predict predicts`;
    reply.status(404).send({ error: { message } });
  });
  let isClosing = false;
  app.addHook('preClose', (done) => {
    isClosing = true;
    done();
  });
  app.addHook('onSend', (_, reply, payload, done) => {
    // Else the end waits until the client has had nothing to ask for a while.
    if (isClosing) reply.header('connection', 'close');
    done(null, payload);
  });
  app.addHook('onResponse', (request, reply, done) => {
    onResponse(request.routeOptions.url ?? 'none', reply.statusCode, reply.elapsedTime / 1000);
    done();
  });
  return app;
}

/**
 * Opens the server's address, and gives it as a URL.
 *
 * @throws OptionError where it is not to be had
 */
export async function listen(app: FastifyInstance, host: string, port: number): Promise<string> {
  await app.listen({ host, port }).catch((cause) => {
    throw listenError(cause, host, port);
  });
  const address = app.server.address();
  const at = typeof address === 'object' ? address?.port : port;
  return `http://${isIP(host) === 6 ? `[${host}]` : host}:${at}`;
}

function listenError(cause: NodeJS.ErrnoException, host: string, port: number): Error {
  const where = `serve: ${host}, port ${port}`;
  if (cause.code === 'EADDRINUSE') {
    const hint = 'Choose another port, or 0 for any';
    return new OptionError({
      where,
      expected: 'a port that is free',
      received: 'one that another process has',
      hint,
      cause,
    });
  }
  return new OptionError({ where, expected: 'an address of this machine', received: cause.message, cause });
}

const bodyTypes = [
  /^application\/json\b/,
  /^application\/(x-ndjson|ndjson|jsonl|x-jsonlines)\b/,
  /^application\/vnd\.apache\.arrow\.(stream|file)\b/,
];

/** Refuses bodies that are compressed: a few bytes could be any number. */
async function refuseEncoded(request: { readonly headers: { readonly 'content-encoding'?: string } }): Promise<void> {
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding.toLowerCase() === 'identity') return;
  const got = encoding.slice(0, 100);
  throw new RequestError(415, `expected a body that is not compressed, got content-encoding: ${got}. Send it as it is`);
}

/** Refuses requests without the token; the time that takes says nothing of it. */
function tokenCheck(token: string) {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  const wanted = digest(`Bearer ${token}`);
  return async (request: { readonly url: string; readonly headers: { readonly authorization?: string } }) => {
    // The page holds nothing; what it asks for needs the token.
    if (request.url === '/' || request.url.startsWith('/v2/health/')) return;
    if (timingSafeEqual(digest(request.headers.authorization ?? ''), wanted)) return;
    throw Object.assign(new Error('expected Authorization: Bearer TOKEN with the token of this server'), {
      statusCode: 401,
    });
  };
}
