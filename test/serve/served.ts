import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import {
  adam,
  binary,
  binaryCrossEntropy,
  checkpoint,
  classes,
  crossEntropy,
  definePipeline,
  dense,
  type Loss,
  meanSquaredError,
  memory,
  numeric,
  oneHot,
  regression,
  relu,
  type Target,
  train,
} from '../../src/index.ts';
import { type ModelServer, type ServeOptions, serve } from '../../src/serve.ts';
import { temporaryFolder } from '../pipeline/run.ts';

const rows = Array.from({ length: 120 }, (_, i) => ({
  a: Math.sin(i),
  b: i % 5 === 0 ? null : i % 7,
  color: ['red', 'green', 'blue'][i % 3],
  late: Math.sin(i) > 0,
  kind: ['x', 'y', 'z'][(i + (i % 7)) % 3],
  price: 10 * Math.sin(i) + (i % 7),
}));

const targets: Readonly<Record<string, { readonly target: Target; readonly loss: Loss; readonly outputs: number }>> = {
  late: { target: binary('late'), loss: binaryCrossEntropy(), outputs: 1 },
  kind: { target: classes('kind'), loss: crossEntropy(), outputs: 3 },
  price: { target: regression('price'), loss: meanSquaredError(), outputs: 1 },
};

/** Trains a small model for a target of its own: `late` of two classes, `kind` of three, `price` a number. */
export async function trained(directory: string, what: keyof typeof targets, epochs = 1): Promise<string> {
  const { target, loss, outputs } = targets[what]!;
  const pipeline = definePipeline({
    name: `${what}`,
    source: memory(rows),
    features: { a: numeric(), b: numeric({ missing: 'mean' }), color: oneHot() },
    target,
    batch: 16,
    network: [dense(4), relu(), dense(outputs)],
    loss,
    optimizer: adam({ learningRate: 1e-2 }),
    epochs,
    sinks: [checkpoint()],
  });
  const { checkpoint: path } = await train(pipeline, { directory, log() {} });
  return path!;
}

/** A server of a small model of each target, which ends with the test; and its log. */
export async function served(
  t: ExecutionContext,
  options: Partial<ServeOptions> = {},
): Promise<{ readonly server: ModelServer; readonly folder: string; readonly log: string[] }> {
  const folder = await temporaryFolder(t);
  const log: string[] = [];
  const places = { late: join(folder, 'late'), kind: join(folder, 'kind'), price: join(folder, 'price') };
  if (options.models === undefined) for (const what of Object.keys(places)) await trained(join(folder, what), what);
  const server = await serve({
    models: places,
    port: 0,
    log: (level, message) => log.push(`${level}: ${message}`),
    ...options,
  });
  t.teardown(() => server.close());
  return { server, folder, log };
}

/** What a server answers to a body, which is sent as it is where it is a text or bytes, else as JSON. */
export async function ask(
  server: ModelServer,
  path: string,
  body?: unknown,
  headers: Record<string, string> = { 'content-type': 'application/json' },
  // biome-ignore lint/suspicious/noExplicitAny: an answer is looked at by the test.
): Promise<{ readonly status: number; readonly headers: Headers; readonly text: string; readonly json: any }> {
  const isSent = typeof body === 'string' || body instanceof Uint8Array;
  const response = await fetch(`${server.url}${path}`, {
    ...(body === undefined ? {} : { method: 'POST', body: isSent ? (body as string) : JSON.stringify(body) }),
    headers: body === undefined ? {} : headers,
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json');
  return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : undefined };
}
