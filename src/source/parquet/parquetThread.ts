import type { ByteStore } from '../input/byteStore.ts';
import type { ParquetBytes, ParquetNote, ParquetReply, ParquetTask, ParquetWish } from './parquetMessages.ts';
import { keepSpare, takeSpare } from './spareWorker.ts';
import { startParquetWorker } from './startParquetWorker.ts';

/** A thread that decodes a file. */
export interface ParquetThread {
  /**
   * The next reply. Rejected when the thread has died, has said nothing for too long, or the signal was given; then it has ended.
   */
  next(): Promise<ParquetReply>;
  /** Lets go of the thread. It ends, whatever it does; where the last reply has come and nobody gave up, it may do something else first. */
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

/** A decoder that has taken more is ended rather than given another task. */
const mostHeldBytes = 256e6;

export interface ThreadOptions {
  readonly signal: AbortSignal | undefined;
  /** The longest time without a reply that was asked for, or bytes for the thread. */
  readonly timeoutMs: number;
  /** The most that the decoder takes. */
  readonly memoryMB: number;
}

/** Has a thread decode a file. What it cannot read itself is read for it. */
export async function startParquetThread(
  store: ByteStore,
  task: Pick<ParquetTask, 'size' | 'end' | 'rows'>,
  { signal, timeoutMs, memoryMB }: ThreadOptions,
): Promise<ParquetThread> {
  const worker = takeSpare(memoryMB) ?? (await startParquetWorker(memoryMB));
  const replies: ParquetReply[] = [];
  let failure: unknown;
  let rowGroup: number | undefined;
  let wake = () => {};
  let timer: NodeJS.Timeout | undefined;
  let reading = 0;
  let isDone = false;
  let isLetGo = false;
  const stop = new AbortController();
  function fail(error: unknown): void {
    failure ??= error;
    end();
    wake();
  }
  const onAbort = () => fail(signal?.reason);
  function end(): void {
    if (isLetGo) return;
    isLetGo = true;
    signal?.removeEventListener('abort', onAbort);
    stop.abort();
    // Who has given up reads nothing soon.
    if (isDone && !signal?.aborted) {
      keepSpare(worker, memoryMB);
      worker.off('message', onMessage).off('error', onError).off('exit', onExit);
    } else void worker.terminate();
  }

  async function read({ number, at, length }: ParquetWish): Promise<void> {
    reading++;
    try {
      const bytes = (await store.read(at, length, stop.signal)) as Uint8Array<ArrayBuffer>;
      worker.postMessage({ kind: 'bytes', number, bytes } satisfies ParquetBytes, [bytes.buffer]);
    } catch (error) {
      fail(error);
    } finally {
      reading--;
      timer?.refresh();
    }
  }

  function onMessage(message: ParquetReply | ParquetWish | ParquetNote): void {
    if (message.kind === 'read') void read(message);
    else if (message.kind === 'begins') {
      rowGroup = message.rowGroup;
      timer?.refresh();
    } else {
      replies.push(message);
      wake();
    }
  }
  const onError = (error: Error) => fail(new ThreadFailure(`the decoder failed: ${error.message}`, { rowGroup }));
  const onExit = () => fail(new ThreadFailure('the decoder ended', { rowGroup }));
  worker.on('message', onMessage).on('error', onError).on('exit', onExit);
  if (signal?.aborted) onAbort();
  else signal?.addEventListener('abort', onAbort, { once: true });
  worker.postMessage({ kind: 'task', path: store.path, ...task } satisfies ParquetTask);
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
      if (reply.kind === 'end' || reply.kind === 'footer') isDone = reply.heldBytes <= mostHeldBytes;
      else worker.postMessage('next');
      return reply;
    },
    end,
  };
}
