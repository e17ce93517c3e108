import { SourceError } from '../errors.ts';

/** Where a model can be had from, besides a path: its address, a response, a file that was dropped on a page, or its bytes. */
export type ModelPlace = URL | Response | Blob | ArrayBuffer | Uint8Array;

/** Bytes that a model may have at the most. */
const MOST = 2 ** 31;
/** How long an address may take to answer, in milliseconds. */
const limitMs = 60_000;

/**
 * The bytes of a model, and what to call it in errors.
 *
 * @param from an address as text is fetched, too
 * @throws SourceError where it cannot be fetched
 */
export async function modelBytes(
  from: string | ModelPlace,
): Promise<{ readonly where: string; readonly bytes: Uint8Array }> {
  // Not `instanceof`: bytes may come from another window.
  if (ArrayBuffer.isView(from)) return { where: 'the bytes of a model', bytes: from };
  if (from instanceof ArrayBuffer) return { where: 'the bytes of a model', bytes: new Uint8Array(from) };
  if (from instanceof Blob) {
    const { name = 'the bytes of a model' } = from as Partial<File>;
    return { where: name, bytes: new Uint8Array(await from.arrayBuffer()) };
  }
  const response = from instanceof Response ? from : await fetchModel(`${from}`);
  const where = response.url || 'a response';
  const refuse = (expected: string, received: string, hint?: string) =>
    new SourceError({ where, expected, received, hint });
  if (!response.ok) {
    throw refuse('a model', `status ${response.status}`, 'Look at the address, and at who may read it');
  }
  const length = response.headers.get('content-length');
  if (Number(length) > MOST) throw refuse(`at most ${MOST} bytes`, `${length}`);
  return { where, bytes: new Uint8Array(await response.arrayBuffer()) };
}

async function fetchModel(address: string): Promise<Response> {
  try {
    return await fetch(address, { signal: AbortSignal.timeout(limitMs) });
  } catch (error) {
    const { message, cause } = error as Error;
    const reason = cause instanceof Error ? cause.message : message;
    const hint = 'Look at the address; a page reads other origins only where these allow it (CORS)';
    throw new SourceError({ where: address, expected: 'a model', received: reason, hint, cause: error });
  }
}
