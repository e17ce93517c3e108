import { SourceError } from '../../errors.ts';
import type { HttpPlace } from './http.ts';

/** A connection that failed in a way that may not happen again. */
export class TransientFailure extends Error {
  /** Milliseconds after which the server wants to be asked again. */
  readonly afterMs: number | undefined;

  constructor(message: string, { afterMs, cause }: { readonly afterMs?: number; readonly cause?: unknown } = {}) {
    super(message, { cause });
    this.afterMs = afterMs;
  }
}

/** What a server says, before its bytes. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** The bytes; the connection is closed when it is returned from. */
  readonly chunks: AsyncGenerator<Uint8Array>;
  /** Closes the connection, the bytes unread. */
  close(): void;
}

/** Whether it is the error of a server that does not answer. */
export function isUnreachable(error: unknown): boolean {
  return error instanceof SourceError && error.cause instanceof TransientFailure;
}

const transient = new Set([408, 425, 429, 500, 502, 503, 504]);
const shortestWaitMs = 100;
const longestWaitMs = 30_000;

/**
 * One request, one answer. Redirects are followed.
 *
 * @throws TransientFailure where the connection fails or nothing comes for too long, also while chunks are read
 * @throws the signal's reason as soon as it is given
 */
export async function request(
  { url, headers, timeoutMs }: HttpPlace,
  more: { readonly [name: string]: string },
  signal: AbortSignal | undefined,
): Promise<Answer> {
  signal?.throwIfAborted();
  const stop = new AbortController();
  const onAbort = () => stop.abort();
  signal?.addEventListener('abort', onAbort, { once: true });
  let isStalled = false;

  /** The promise, which has so long. A reader that takes its time is not the connection's fault: there is no timer then. */
  async function soon<T>(promise: Promise<T>): Promise<T> {
    const timer = setTimeout(() => {
      isStalled = true;
      stop.abort();
    }, timeoutMs);
    try {
      return await promise;
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      if (isStalled) throw new TransientFailure(`nothing came for ${timeoutMs / 1000} s`);
      throw new TransientFailure(reasonOf(error), { cause: error });
    } finally {
      clearTimeout(timer);
    }
  }

  function close(): void {
    signal?.removeEventListener('abort', onAbort);
    stop.abort();
  }

  async function* chunksOf(body: ReadableStream<Uint8Array> | null): AsyncGenerator<Uint8Array> {
    try {
      const reader = body?.getReader();
      if (!reader) return;
      for (;;) {
        const { done, value } = await soon(reader.read());
        if (done) return;
        yield value;
      }
    } finally {
      close();
    }
  }

  try {
    // Bytes as they lie there: places in them are counted.
    const sent = { ...headers, 'accept-encoding': 'identity', ...more };
    const response = await soon(fetch(url, { headers: sent, signal: stop.signal }));
    const { status } = response;
    if (transient.has(status)) throw new TransientFailure(`status ${status}`, { afterMs: afterMs(response.headers) });
    return {
      status,
      headers: response.headers,
      chunks: chunksOf(response.body as ReadableStream<Uint8Array> | null),
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

function afterMs(headers: Headers): number {
  const seconds = Number(headers.get('retry-after') ?? Number.NaN);
  return seconds >= 0 ? Math.min(1000 * seconds, longestWaitMs) : shortestWaitMs;
}

/** What a failed fetch says of itself lies below it. */
function reasonOf(error: unknown): string {
  const { message, cause } = error as Error;
  if (!(cause instanceof Error)) return message;
  return 'code' in cause && cause.message === '' ? `${cause.code}` : cause.message;
}
