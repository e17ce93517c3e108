import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { ByteStore } from './byteStore.ts';
import type { ParquetBytes, ParquetReply, ParquetTask, ParquetWish } from './parquetMessages.ts';

/** A thread that decodes one file. */
export interface ParquetThread {
  /**
   * The next reply. Rejected when the thread has died, has said nothing for too long, or the signal was given; then it has ended.
   */
  next(): Promise<ParquetReply>;
  /** Ends the thread, whatever it does. */
  end(): void;
}

/** Why a thread gave no reply: the decoder died, or it took too long. */
export class ThreadFailure extends Error {
  readonly stalled: boolean;

  constructor(message: string, { stalled = false } = {}) {
    super(message);
    this.stalled = stalled;
  }
}

let compiled: Promise<WebAssembly.Module> | undefined;

/** The decoder, compiled once for all threads of the process. */
export function compileParquet(): Promise<WebAssembly.Module> {
  compiled ??= readFile(createRequire(import.meta.url).resolve('parquet-wasm/esm/parquet_wasm_bg.wasm')).then((bytes) =>
    WebAssembly.compile(bytes),
  );
  return compiled;
}

/** Replies that are asked for before they are needed, so that decoding goes on while the last one is worked on. */
const ahead = 2;

/**
 * Starts a thread that decodes a file. What it cannot read itself is read for it.
 *
 * @param timeoutMs the longest time without a reply that was asked for, or bytes for the thread
 */
export async function startParquetThread(
  store: ByteStore,
  task: Pick<ParquetTask, 'size' | 'rows'>,
  { signal, timeoutMs }: { readonly signal: AbortSignal | undefined; readonly timeoutMs: number },
): Promise<ParquetThread> {
  const module = await compileParquet();
  const replies: ParquetReply[] = [];
  let failure: unknown;
  let wake = () => {};
  let timer: NodeJS.Timeout | undefined;
  let reading = 0;
  const stop = new AbortController();
  const worker = new Worker(new URL(`./parquetWorker${extname(import.meta.url)}`, import.meta.url), {
    workerData: { module, path: store.path, ...task } satisfies ParquetTask,
    // A decoder that says something on its way down says it to us, not to the user.
    stdout: true,
    stderr: true,
    // What the program was started with is not for this file: `--input-type`, `--inspect-brk`.
    execArgv: [],
    // The thread's own objects are few; rows live in the decoder's memory.
    resourceLimits: { maxOldGenerationSizeMb: 256 },
  });

  function fail(error: unknown): void {
    failure ??= error;
    end();
    wake();
  }
  const onAbort = () => fail(signal?.reason);
  function end(): void {
    signal?.removeEventListener('abort', onAbort);
    stop.abort();
    void worker.terminate();
  }

  async function read({ number, at, length }: ParquetWish): Promise<void> {
    reading++;
    try {
      const bytes = (await store.read(at, length, stop.signal)) as Uint8Array<ArrayBuffer>;
      worker.postMessage({ number, bytes } satisfies ParquetBytes, [bytes.buffer]);
    } catch (error) {
      fail(error);
    } finally {
      reading--;
      timer?.refresh();
    }
  }

  worker.on('message', (message: ParquetReply | ParquetWish) => {
    if (message.kind === 'read') void read(message);
    else {
      replies.push(message);
      wake();
    }
  });
  worker.on('error', (error) => fail(new ThreadFailure(`the decoder failed: ${error.message}`)));
  worker.on('exit', () => fail(new ThreadFailure('the decoder ended')));
  if (signal?.aborted) onAbort();
  else signal?.addEventListener('abort', onAbort, { once: true });
  for (let i = 0; i < ahead; i++) worker.postMessage('next');

  return {
    async next() {
      timer = setTimeout(() => {
        // Bytes that do not come have a time-out of their own.
        if (reading > 0) timer?.refresh();
        else fail(new ThreadFailure(`no progress for ${timeoutMs / 1000} s`, { stalled: true }));
      }, timeoutMs);
      try {
        while (replies.length === 0 && failure === undefined) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      } finally {
        clearTimeout(timer);
        // A thread that nobody listens to keeps no process alive; who waits does so with the timer. Done here since Node holds on
        // to a thread again when it begins to speak.
        worker.unref();
      }
      const reply = replies.shift();
      if (failure !== undefined && signal?.aborted) throw failure;
      if (!reply) throw failure;
      worker.postMessage('next');
      return reply;
    },
    end,
  };
}
