import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { ParquetReply, ParquetTask } from './parquetMessages.ts';

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

/** The decoder is compiled once for all threads of the process. */
let compiled: Promise<WebAssembly.Module> | undefined;

function decoder(): Promise<WebAssembly.Module> {
  compiled ??= readFile(createRequire(import.meta.url).resolve('parquet-wasm/esm/parquet_wasm_bg.wasm')).then((bytes) =>
    WebAssembly.compile(bytes),
  );
  return compiled;
}

/** Replies that are asked for before they are needed, so that decoding goes on while the last one is worked on. */
const ahead = 2;

/**
 * Starts a thread.
 *
 * @param timeoutMs the longest time without a reply that was asked for
 */
export async function startParquetThread(
  task: Omit<ParquetTask, 'module'>,
  { signal, timeoutMs }: { readonly signal: AbortSignal | undefined; readonly timeoutMs: number },
): Promise<ParquetThread> {
  const module = await decoder();
  const replies: ParquetReply[] = [];
  let failure: unknown;
  let wake = () => {};
  const worker = new Worker(new URL(`./parquetWorker${extname(import.meta.url)}`, import.meta.url), {
    workerData: { module, ...task } satisfies ParquetTask,
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
    void worker.terminate();
  }

  worker.on('message', (reply: ParquetReply) => {
    replies.push(reply);
    wake();
  });
  worker.on('error', (error) => fail(new ThreadFailure(`the decoder failed: ${error.message}`)));
  worker.on('exit', () => fail(new ThreadFailure('the decoder ended')));
  if (signal?.aborted) onAbort();
  else signal?.addEventListener('abort', onAbort, { once: true });
  for (let i = 0; i < ahead; i++) worker.postMessage('next');

  return {
    async next() {
      const timer = setTimeout(
        () => fail(new ThreadFailure(`no progress for ${timeoutMs / 1000} s`, { stalled: true })),
        timeoutMs,
      );
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
