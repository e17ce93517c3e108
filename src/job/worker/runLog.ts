import { type FileHandle, mkdir, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

/** The log of a run: what its worker says of it, and what its training prints. */
export interface RunLog {
  /** Writes a line, with the time. */
  log(level: 'info' | 'warn' | 'error', message: string): void;
  /** Writes as it is. */
  write(data: string | Uint8Array): void;
  /** Resolves when all is written, or cannot be. */
  close(): Promise<void>;
}

export interface RunLogOptions {
  /**
   * What has grown beyond so many bytes gets the ending `.1`, in place of what had it before, and a new file is begun.
   * @default 10_000_000
   */
  readonly mostBytes?: number;
  /** Called once, when something cannot be written: a full disk costs the log, not the run. */
  failed(error: Error): void;
}

/** Bytes that wait to be written, at the most: what a training prints faster than the disk takes it is left out, and the log says so. */
const mostWaiting = 4_000_000;

/** Opens the log of a run, to write at its end. It has at most about twice `mostBytes`. */
export function openRunLog(path: string, { mostBytes = 10_000_000, failed }: RunLogOptions): RunLog {
  let file: FileHandle | undefined;
  let size = 0;
  let waiting = 0;
  let leftOut = 0;
  let hasFailed = false;
  let last: Promise<void> = Promise.resolve();

  function then(action: () => Promise<void>): void {
    last = last.then(action).catch((error) => {
      if (!hasFailed) failed(error);
      hasFailed = true;
    });
  }

  async function begin(): Promise<void> {
    file = await open(path, 'a');
    size = (await file.stat()).size;
  }

  async function append(bytes: Uint8Array): Promise<void> {
    if (hasFailed || !file) return;
    await file.write(bytes);
    size += bytes.length;
    if (size <= mostBytes) return;
    await file.close();
    await rename(path, `${path}.1`);
    await begin();
  }

  function write(data: string | Uint8Array): void {
    const bytes = Buffer.from(data);
    if (waiting + bytes.length > mostWaiting) {
      leftOut += bytes.length;
      return;
    }
    sayLeftOut();
    waiting += bytes.length;
    then(async () => {
      waiting -= bytes.length;
      await append(bytes);
    });
  }

  function sayLeftOut(): void {
    if (leftOut === 0) return;
    const text = `(${leftOut} bytes are left out: the disk was too slow)\n`;
    leftOut = 0;
    then(() => append(Buffer.from(text)));
  }

  then(async () => {
    await mkdir(dirname(path), { recursive: true });
    await begin();
  });
  return {
    log: (level, message) =>
      write(`${new Date().toISOString()} ${{ info: '', warn: 'warning: ', error: 'error: ' }[level]}${message}\n`),
    write,
    async close() {
      sayLeftOut();
      then(async () => file?.close());
      await last;
    },
  };
}
