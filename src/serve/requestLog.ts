import { mkdir } from 'node:fs/promises';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { OptionError } from '../errors.ts';
import type { ModelRow } from '../model/encodeRow.ts';
import type { ModelSchema } from '../model/schema.ts';
import { type LogColumn, type LoggedHead, type LogLayout, layoutOf } from './logLayout.ts';
import type { Predictions } from './serving.ts';
import type { LoadedModel, ServeLog } from './types.ts';

/** Where requests and their answers are written down, and how much of them. */
export interface RequestLogOptions {
  /** The folder; each model has one of its own in it. */
  readonly directory: string;
  /**
   * Columns of the requests that are kept, as text, beside those that the model needs: a key by which labels are joined later.
   * @default []
   */
  readonly keep?: readonly string[];
  /**
   * Rows of a part, a Parquet file; an integer, at least 1.
   * @default 100000
   */
  readonly partRows?: number;
  /**
   * Milliseconds after which a part is written, however few rows it has: what a killed process loses; an integer, at least 1.
   * @default 60000
   */
  readonly partMs?: number;
  /**
   * Bytes of all parts in the folder: the oldest are deleted beyond that; an integer, at least 1.
   * @default 1073741824
   */
  readonly mostBytes?: number;
  /**
   * Rows that wait to be written: more are dropped, and counted, so that no answer waits; an integer, at least 1.
   * @default 50000
   */
  readonly queueRows?: number;
}

/** What has become of the rows. */
export interface RequestLogCounts {
  /** Rows that stand in files. */
  written: number;
  /** Rows that came faster than they could be written, or that a full disk took. */
  dropped: number;
  /** Files that had to go to make room. */
  deletedParts: number;
}

/** Writes down what was asked and answered, in a thread of its own. */
export interface RequestLog {
  readonly counts: Readonly<RequestLogCounts>;
  /** Takes note of rows and their predictions; never waits, never throws. */
  write(
    name: string,
    role: 'answer' | 'shadow',
    loaded: LoadedModel,
    rows: readonly ModelRow[],
    predictions: Predictions,
  ): void;
  /** Writes what is left. */
  close(): Promise<void>;
}

/** What the thread is told at its start. */
export interface LogStart extends Required<Omit<RequestLogOptions, 'keep' | 'queueRows'>> {
  /** Tells the files of this server from those of others in the same folder. */
  readonly id: string;
}

/** Rows of one model, as columns; undefined: the end. */
export interface LogChunk {
  readonly model: string;
  readonly columns: readonly LogColumn[];
  readonly values: readonly (readonly unknown[])[];
}

/** What the thread tells of. */
export type LogReply =
  | { readonly kind: 'taken'; readonly rows: number }
  | { readonly kind: 'written'; readonly rows: number }
  | { readonly kind: 'lost'; readonly rows: number; readonly why: string }
  | { readonly kind: 'deleted'; readonly parts: number };

/** Rows that go to the thread at once. */
const CHUNK = 512;
/** Milliseconds that rows wait to go there. */
const FLUSH_MS = 250;

/**
 * Opens a log of requests: Parquet files `DIRECTORY/MODEL/TIME-...parquet` with the columns that the model needs, those that are kept, and
 * `served_at`, `served_role`, `served_version`, `served_predicted` and the probabilities.
 */
export async function openRequestLog(options: RequestLogOptions, log: ServeLog): Promise<RequestLog> {
  const {
    directory,
    keep = [],
    partRows = 100_000,
    partMs = 60_000,
    mostBytes = 2 ** 30,
    queueRows = 50_000,
  } = options;
  await mkdir(directory, { recursive: true }).catch((cause) => {
    const where = 'serve: requestLog: directory';
    throw new OptionError({ where, expected: 'a folder that can be written to', received: cause.message, cause });
  });
  const counts: RequestLogCounts = { written: 0, dropped: 0, deletedParts: 0 };
  const id = Math.trunc(performance.timeOrigin * 1000 + process.pid).toString(36);
  const start: LogStart = { directory, partRows, partMs, mostBytes, id };
  const worker = new Worker(new URL(`./requestLogWorker${extname(import.meta.url)}`, import.meta.url), {
    workerData: start,
    execArgv: [],
  });
  worker.unref();
  /** Rows that the thread has not taken yet, and those that stand in no file. */
  let waiting = 0;
  let unwritten = 0;
  let hasFailed = false;
  let wasFull = false;
  const ended = new Promise<void>((resolve) => {
    worker.once('exit', () => {
      hasFailed = true;
      counts.dropped += unwritten;
      unwritten = 0;
      resolve();
    });
  });
  worker.on('error', (error) => log('error', `requests are written down no more: ${error.message}`));
  worker.on('message', (reply: LogReply) => {
    if (reply.kind === 'taken') waiting -= reply.rows;
    else if (reply.kind === 'written') {
      counts.written += reply.rows;
      unwritten -= reply.rows;
    } else if (reply.kind === 'deleted') {
      counts.deletedParts += reply.parts;
      log('warn', `${directory} is full: its ${reply.parts} oldest parts were deleted`);
    } else {
      counts.dropped += reply.rows;
      unwritten -= reply.rows;
      log('error', `${reply.rows} requests could not be written down: ${reply.why}`);
    }
  });

  const open = new Map<string, Buffered>();
  const layouts = new WeakMap<ModelSchema, LogLayout>();

  function flush(name: string): void {
    const chunk = open.get(name);
    open.delete(name);
    if (chunk)
      worker.postMessage({ model: name, columns: chunk.layout.columns, values: chunk.values } satisfies LogChunk);
  }
  function flushAll(): void {
    for (const name of [...open.keys()]) flush(name);
  }
  const timer = setInterval(flushAll, FLUSH_MS).unref();

  function isFull(rows: number): boolean {
    const full = hasFailed || waiting + rows > queueRows;
    if (full && !wasFull && !hasFailed) log('warn', 'requests come faster than they can be written down: some are not');
    wasFull = full;
    if (full) counts.dropped += rows;
    return full;
  }

  return {
    counts,
    write(name, role, { model, version }, rows, predictions) {
      if (rows.length === 0 || isFull(rows.length)) return;
      const { schema } = model;
      const layout = layouts.get(schema) ?? layoutOf(schema, keep, predictions[0]!);
      layouts.set(schema, layout);
      let chunk = open.get(name);
      if (chunk && chunk.layout !== layout) {
        flush(name);
        chunk = undefined;
      }
      if (!chunk) {
        chunk = { layout, values: layout.columns.map(() => []) };
        open.set(name, chunk);
      }
      const head: LoggedHead = { at: Date.now(), role, version };
      const { values } = chunk;
      for (const [i, row] of rows.entries()) {
        for (const [c, read] of layout.readers.entries()) values[c]!.push(read(row, predictions[i]!, head));
      }
      waiting += rows.length;
      unwritten += rows.length;
      if (values[0]!.length >= CHUNK) flush(name);
    },
    async close() {
      clearInterval(timer);
      flushAll();
      worker.postMessage(undefined);
      worker.ref();
      await ended;
    },
  };
}

interface Buffered {
  readonly layout: LogLayout;
  readonly values: readonly unknown[][];
}
