import { createHash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { SourceError } from '../../errors.ts';
import type { Json } from '../../json.ts';
import { type ByteStore, changed, describeChange, type FileState, isSameState } from '../input/byteStore.ts';
import type { HttpPlace } from './http.ts';
import { type Answer, request, TransientFailure } from './request.ts';

/** What a server says of a file. */
interface HttpState extends FileState {
  readonly etag: string | undefined;
  readonly lastModified: string | undefined;
  /** Whether the server gives parts of it. */
  readonly ranges: boolean;
}

const firstWaitMs = 100;
const endBytes = 65_536;

/**
 * A file on a server that speaks HTTP. Only what is wanted is asked for where the server gives ranges; else it is read through.
 *
 * Connections that are cut or stall are made anew from the byte that was reached. Every answer is held to the state that was asked for
 * last: its version is the ETag, or else the time of the last change. The fingerprint is size, version, and sha256 of both ends; of a file
 * without a version, sha256 of all of it.
 */
export function httpFile(format: string, place: HttpPlace): ByteStore {
  const name = `${format} ${place.shown}`;
  let known: HttpState | undefined;
  let hashed: { readonly state: HttpState; readonly sha256: string } | undefined;

  /** Does something again when it fails in a way that may not happen again, until so many attempts in a row were in vain. */
  async function persistently<T>(attempt: () => Promise<T>, signal: AbortSignal | undefined, at = 0): Promise<T> {
    for (let failures = 1; ; failures++) {
      try {
        return await attempt();
      } catch (error) {
        if (!(error instanceof TransientFailure)) throw error;
        if (failures > place.retries) throw gaveUp(error, failures, at);
        // A connection that was merely cut is made anew at once.
        const pauseMs = Math.max(error.afterMs ?? 0, failures === 1 ? 0 : firstWaitMs * 2 ** (failures - 2));
        await wait(pauseMs, undefined, { signal }).catch((aborted) => {
          throw signal?.aborted ? signal.reason : aborted;
        });
      }
    }
  }

  function gaveUp(failure: TransientFailure, attempts: number, at: number): SourceError {
    return new SourceError({
      where: name,
      expected: 'bytes from the server',
      received: `${failure.message}, ${attempts === 1 ? 'once' : `${attempts} times in a row`}, at byte ${at}`,
      hint: 'Try again later, or give it more time or attempts: http(url, { timeoutMs, retries })',
      cause: failure,
    });
  }

  /** Asks for a part, or all. Refused, and changed files are errors. */
  async function ask(range: string | undefined, signal: AbortSignal | undefined): Promise<Answer> {
    const { etag, lastModified } = known ?? {};
    // A weak ETag never matches.
    const condition: { readonly [name: string]: string } = etag?.startsWith('"')
      ? { 'if-match': etag }
      : lastModified
        ? { 'if-unmodified-since': lastModified }
        : {};
    const answer = await request(place, { ...(known && condition), ...(range && { range: `bytes=${range}` }) }, signal);
    const { status } = answer;
    if (status === 200 || status === 206 || (status === 416 && range)) {
      const now = stateOf(answer, known);
      if (!known || isSameState(known, now)) return answer;
      answer.close();
      throw changed(name, describeChange(known, now));
    }
    answer.close();
    if (status === 412) throw changed(name, 'the server says that it is not what it was');
    throw refused(name, status);
  }

  async function state(signal: AbortSignal | undefined): Promise<HttpState> {
    const now = await persistently(async () => {
      const answer = await request(place, { range: 'bytes=0-0' }, signal);
      // A byte is read, so that the connection serves again; a whole file is not.
      while (answer.status === 206 && !(await answer.chunks.next()).done);
      answer.close();
      if (![200, 206, 416].includes(answer.status)) throw refused(name, answer.status);
      return stateOf(answer, undefined);
    }, signal);
    known = now;
    return now;
  }

  /** The bytes of `[from, to)`, or all from there on, however often the connection is cut. */
  async function* bytes(
    from: number,
    to: number | undefined,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<Uint8Array> {
    const { size, ranges } = known ?? (await state(signal));
    const end = to ?? size;
    let at = from;
    let answer: { readonly chunks: AsyncGenerator<Uint8Array>; skip: number } | undefined;

    async function connect() {
      const isPart = ranges && (at > 0 || to !== undefined);
      const { status, headers, chunks, close } = await ask(
        isPart ? `${at}-${to === undefined ? '' : to - 1}` : undefined,
        signal,
      );
      const isFromHere = status === 206 && Number(/^bytes (\d+)-/.exec(headers.get('content-range') ?? '')?.[1]) === at;
      if (!isPart || isFromHere) return { chunks, skip: isPart ? 0 : at };
      close();
      throw new SourceError({
        where: name,
        expected: `the bytes from ${at} on`,
        received: status === 206 ? `those of ${headers.get('content-range')}` : `status ${status}`,
        hint: 'The server says that it gives ranges and does not; copy the file to this machine',
      });
    }

    async function next(): Promise<Uint8Array | undefined> {
      try {
        answer ??= await connect();
        for (;;) {
          const { done, value } = await answer.chunks.next();
          if (done && end !== undefined && at < end) throw new TransientFailure(`the connection was cut`);
          if (done) return undefined;
          const { skip } = answer;
          answer.skip = Math.max(0, skip - value.length);
          if (skip < value.length) return skip > 0 ? value.subarray(skip) : value;
        }
      } catch (error) {
        answer = undefined;
        throw error;
      }
    }

    try {
      while (end === undefined || at < end) {
        const chunk = await persistently(next, signal, at);
        if (!chunk) return;
        at += chunk.length;
        yield chunk;
      }
      // The end is read as well, so that the connection serves again.
      await answer?.chunks.next().catch(() => {});
    } finally {
      await answer?.chunks.return(undefined);
    }
  }

  async function read(at: number, length: number, signal: AbortSignal | undefined): Promise<Uint8Array> {
    const { size } = known ?? (await state(signal));
    const whole = new Uint8Array(Math.max(0, Math.min(length, (size ?? 0) - at)));
    let filled = 0;
    if (whole.length === 0) return whole;
    for await (const chunk of bytes(at, at + whole.length, signal)) {
      whole.set(chunk, filled);
      filled += chunk.length;
    }
    return whole.subarray(0, filled);
  }

  async function sha256Of({ size = 0, version, ranges }: HttpState, signal: AbortSignal | undefined): Promise<string> {
    const hash = createHash('sha256');
    if (version === '') for await (const chunk of bytes(0, undefined, signal)) hash.update(chunk);
    else if (ranges) {
      const ends = Math.min(size, endBytes);
      hash.update(await read(0, ends, signal)).update(await read(size - ends, ends, signal));
    } else {
      let left = endBytes;
      for await (const chunk of bytes(0, undefined, signal)) {
        hash.update(chunk.subarray(0, left));
        left -= chunk.length;
        if (left <= 0) break;
      }
    }
    return hash.digest('hex');
  }

  return {
    name,
    once: false,
    state,
    canSeek: async (signal) => (known ?? (await state(signal))).ranges,
    stream: (from, signal) => bytes(from, undefined, signal),
    read,
    async fingerprint(signal): Promise<{ readonly [key: string]: Json }> {
      const now = await state(signal);
      if (!isSameState(hashed?.state, now)) hashed = { state: now, sha256: await sha256Of(now, signal) };
      return { bytes: now.size ?? null, version: now.version, sha256: hashed!.sha256 };
    },
  };
}

/** What an answer says of the whole file. */
function stateOf({ status, headers }: Answer, before: HttpState | undefined): HttpState {
  const etag = headers.get('etag') ?? undefined;
  const lastModified = headers.get('last-modified') ?? undefined;
  const isPart = status === 206 || status === 416;
  // Of what is packed for the way, neither is known.
  const isPacked = !/^(identity)?$/i.test(headers.get('content-encoding') ?? '');
  const said = isPart ? /\/(\d+)$/.exec(headers.get('content-range') ?? '')?.[1] : headers.get('content-length');
  const size = said === undefined || said === null || isPacked ? undefined : Number(said);
  // Where a server leaves something out that it has said before, that is no change.
  return {
    size: size ?? before?.size,
    version: etag ?? (before?.etag ? before.version : lastModified) ?? before?.version ?? '',
    etag,
    lastModified,
    ranges: isPart && !isPacked && size !== undefined,
  };
}

const meanings: Readonly<Record<number, readonly [received: string, hint: string]>> = {
  401: ['no authorization', "Give it, as http(url, { headers: { authorization: 'Bearer ...' } })"],
  403: ['no permission', 'Check the address and the authorization; an address that is signed may have expired'],
  404: ['no such file', 'Check the address'],
  410: ['no such file any more', 'Check the address'],
};

/** What it means that a server does not give a file. */
function refused(where: string, status: number): SourceError {
  const [received, hint] = meanings[status] ?? ['a refusal', 'Check the address and what the server wants to be sent'];
  return new SourceError({
    where,
    expected: 'a file from the server',
    received: `${received} (status ${status})`,
    hint,
  });
}
