import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { ByteStore } from '../input/byteStore.ts';
import { compileParquet } from './compileParquet.ts';
import type { ParquetBytes, ParquetNote, ParquetReply, ParquetTask, ParquetWish } from './parquetMessages.ts';

/** A thread that decodes one file. */
export interface ParquetThread {
  /**
   * The next reply. Rejected when the thread has died, has said nothing for too long, or the signal was given; then it has ended.
   */
  next(): Promise<ParquetReply>;
  /** Ends the thread, whatever it does. */
  end(): void;
}

/** Why a thread gave no reply: it died, or took too long. */
export class ThreadFailure extends Error {
  readonly stalled: boolean;
  /** The row group that it had begun with. */
  readonly rowGroup: number | undefined;

  constructor(message: string, { stalled = false, rowGroup }: { stalled?: boolean; rowGroup: number | undefined }) {
    super(message);
    this.stalled = stalled;
    this.rowGroup = rowGroup;
  }
}

/** Replies that are asked for before they are needed, so that decoding goes on while the last one is worked on. */
const ahead = 2;

export interface ThreadOptions {
  readonly signal: AbortSignal | undefined;
  /** The longest time without a reply that was asked for, or bytes for the thread. */
  readonly timeoutMs: number;
  /** The most that the decoder takes. */
  readonly memoryMB: number;
}

/** Starts a thread that decodes a file. What it cannot read itself is read for it. */
export async function startParquetThread(
  store: ByteStore,
  task: Pick<ParquetTask, 'size' | 'end' | 'rows'>,
  { signal, timeoutMs, memoryMB }: ThreadOptions,
): Promise<ParquetThread> {
  const module = await compileParquet(memoryMB);
  const replies: ParquetReply[] = [];
  let failure: unknown;
  let rowGroup: number | undefined;
  let wake = () => {};
  let timer: NodeJS.Timeout | undefined;
  let reading = 0;
  const stop = new AbortController();
  const worker = new Worker(new URL(`./parquetWorker${extname(import.meta.url)}`, import.meta.url), {
    workerData: { module, memoryBytes: memoryMB * 1e6, path: store.path, ...task } satisfies ParquetTask,
    // A decoder that says something on its way down says it to us, not to the user.
    stdout: true,
    stderr: true,
    // What the program was started with is not for this file: `--input-type`, `--inspect-brk`.
    execArgv: [],
    // The thread's own objects are few. But V8 collects garbage at each buffer once those and the decoder's memory are half of this limit more
    // than they were: files of thousands of columns, which are read in as many buffers, took seven times as long.
    resourceLimits: { maxOldGenerationSizeMb: 2 * memoryMB + 512 },
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

  worker.on('message', (message: ParquetReply | ParquetWish | ParquetNote) => {
    if (message.kind === 'read') void read(message);
    else if (message.kind === 'begins') {
      rowGroup = message.rowGroup;
      timer?.refresh();
    } else {
      replies.push(message);
      wake();
    }
  });
  worker.on('error', (error) => fail(new ThreadFailure(`the decoder failed: ${error.message}`, { rowGroup })));
  worker.on('exit', () => fail(new ThreadFailure('the decoder ended', { rowGroup })));
  if (signal?.aborted) onAbort();
  else signal?.addEventListener('abort', onAbort, { once: true });
  for (let i = 0; i < ahead; i++) worker.postMessage('next');

  return {
    async next() {
      timer = setTimeout(() => {
        // Bytes that do not come have a time-out of their own.
        if (reading > 0) timer?.refresh();
        else fail(new ThreadFailure(`no progress for ${timeoutMs / 1000} s`, { stalled: true, rowGroup }));
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
