import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { openApi } from '../openApi.ts';
import { page, pageParts } from '../page.ts';
import type { Serving } from '../serving.ts';

const hashed = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** What people and programs find out about the server: the page at `/`, `/openapi.json`, and `/metrics`. */
export function descriptionRoutes(
  app: FastifyInstance,
  serving: Serving,
  metrics: () => string,
  hasToken: boolean,
): void {
  const { style, script } = pageParts();
  const policy = `default-src 'none'; connect-src 'self'; style-src ${hashed(style)}; script-src ${hashed(script)}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
  app.get('/', (_, reply) => {
    reply.header('content-type', 'text/html; charset=utf-8').header('content-security-policy', policy);
    reply.header('x-content-type-options', 'nosniff').header('referrer-policy', 'no-referrer');
    return page;
  });
  app.get('/openapi.json', () => openApi(serving.models(), hasToken));
  app.get('/metrics', (_, reply) => {
    reply.header('content-type', 'text/plain; version=0.0.4; charset=utf-8');
    return metrics();
  });
}
