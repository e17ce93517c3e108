import { once } from 'node:events';
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { RecordBatch } from 'apache-arrow';
import { removeLeftovers, syncDirectory } from '../files/writeDurably.ts';
import type { Model } from '../model/model.ts';
import type { PredictOptions } from '../model/predictSource.ts';
import { openTable, type TableEncoder, type TableFormat } from '../sink/table/tableEncoder.ts';
import type { Cursor, Source } from '../source/types.ts';

/** What is predicted, and how it is written. */
export interface Predicting {
  readonly model: Model;
  readonly source: Source;
  readonly format: TableFormat;
  readonly options: Pick<PredictOptions, 'keep' | 'top' | 'badRows' | 'onBadRow' | 'asTheyCome'>;
  readonly signal: AbortSignal;
  readonly tell: (line: string) => void;
  /** Is told of rows when they are written. */
  readonly onRows: (rows: number) => void;
}

/** What has been written. */
export interface Written {
  readonly rows: number;
  readonly missing: number;
  readonly unseen: number;
  readonly badRows: number;
}

const nothing: Written = { rows: 0, missing: 0, unseen: 0, badRows: 0 };

/** What has been predicted is given as it comes, with what has been counted before it and the place of its first row. */
export async function* predictions(
  { model, source, options, signal, tell }: Omit<Predicting, 'format' | 'onRows'>,
  before: Written = nothing,
  from: Cursor = null,
): AsyncGenerator<{ readonly batch: RecordBatch; readonly done: Written; readonly cursor: Cursor }, Written> {
  const counters = { missing: before.missing, unseen: before.unseen };
  let { rows, badRows } = before;
  let at: { readonly done: Written; readonly cursor: Cursor } = { done: before, cursor: from };
  const batches = model.predict(source, {
    ...options,
    onBadRow(row) {
      badRows++;
      options.onBadRow?.(row);
    },
    onPlace(cursor) {
      at = { done: { rows, ...counters, badRows }, cursor };
    },
    from,
    counters,
    signal,
    tell,
  });
  for await (const batch of batches) {
    yield { batch, ...at };
    rows += batch.numRows;
  }
  return { rows, ...counters, badRows };
}

/** Writes predictions to stdout as they come. */
export async function predictToStdout(predicting: Predicting): Promise<Written> {
  const { format, onRows } = predicting;
  let failure: Error | undefined;
  const noteFailure = (error: Error) => {
    failure ??= error;
  };
  process.stdout.on('error', noteFailure);
  /** Waits while the reader is behind, and fails where it is gone. */
  async function write(bytes: Uint8Array | string): Promise<void> {
    if (failure) throw failure;
    if (bytes.length === 0) return;
    if (!process.stdout.write(bytes))
      await Promise.race([once(process.stdout, 'drain'), once(process.stdout, 'error')]);
    if (failure) throw failure;
  }
  let encoder: TableEncoder | undefined;
  try {
    const all = predictions(predicting);
    for (let next = await all.next(); ; next = await all.next()) {
      if (next.done) {
        if (encoder) await write(await encoder.end());
        return next.value;
      }
      const { batch } = next.value;
      if (!encoder) {
        encoder = await openTable(format, batch.schema);
        await write(encoder.begin());
      }
      await write(await encoder.encode(batch));
      onRows(batch.numRows);
    }
  } finally {
    process.stdout.off('error', noteFailure);
  }
}

/** Writes predictions into a file, which is there as a whole or not at all. */
export async function predictToFile(predicting: Predicting, path: string): Promise<Written> {
  return writeWhole(path, (file) => writeAll(predicting, file));
}

/** Has something write into a file, which is there as a whole or not at all. */
export async function writeWhole<T>(path: string, write: (file: OutFile) => Promise<T>): Promise<T> {
  const temporary = `${path}.${process.pid}.tmp`;
  await removeLeftovers(dirname(path), `${basename(path)}.`).catch(() => {});
  try {
    const file = await openOut(temporary, 'w');
    let done: T;
    try {
      done = await write(file);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    await syncDirectory(dirname(path));
    return done;
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

async function writeAll(predicting: Predicting, file: OutFile): Promise<Written> {
  const { format, onRows } = predicting;
  let encoder: TableEncoder | undefined;
  const all = predictions(predicting);
  for (let next = await all.next(); ; next = await all.next()) {
    if (next.done) {
      if (encoder) await file.write(await encoder.end());
      return next.value;
    }
    const { batch } = next.value;
    if (!encoder) {
      encoder = await openTable(format, batch.schema);
      await file.write(encoder.begin());
    }
    await file.write(await encoder.encode(batch));
    onRows(batch.numRows);
  }
}

export interface OutFile {
  write(bytes: Uint8Array | string): Promise<void>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

export async function openOut(path: string, flags: 'w' | 'a'): Promise<OutFile> {
  const handle = await open(path, flags);
  return {
    async write(bytes) {
      if (bytes.length > 0) await handle.appendFile(bytes);
    },
    sync: () => handle.datasync(),
    close: () => handle.close(),
  };
}
