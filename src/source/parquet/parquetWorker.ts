/**
 * The thread that decodes Parquet files, one after the other. Corrupt files can make the decoder panic, which leaves it unusable, or run for
 * ever: a thread can be ended from outside, and takes no one with it.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { initSync, ParquetFile, type RowGroupMetaData } from 'parquet-wasm/esm';
import { freeBuffer } from '../../engine/freeBuffer.ts';
import { markCompressed } from './compressedPages.ts';
import type {
  ParquetDecoder,
  ParquetNote,
  ParquetReply,
  ParquetRequest,
  ParquetTask,
  ParquetWish,
} from './parquetMessages.ts';
import { createParquetWindow } from './parquetWindow.ts';

const port = parentPort!;

let credits = 0;
let wake = () => {};
let memory: WebAssembly.Memory;
/** Parts of the file that were asked for, by the numbers of the wishes. */
const wishes = new Map<number, (bytes: ArrayBuffer) => void>();
port.on('message', (message: ParquetRequest) => {
  if (message === 'next') {
    credits++;
    wake();
  } else if (message.kind === 'bytes') {
    wishes.get(message.number)?.(message.bytes.buffer);
    wishes.delete(message.number);
  } else if (message.kind === 'decoder') begin(message);
  else {
    credits = 0;
    void work(message);
  }
});

/** Waits until the reader wants something, so that no more than it wants is decoded ahead. */
async function wanted(): Promise<void> {
  while (credits === 0) {
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
  }
  credits--;
}

function reply(message: ParquetReply, bytes?: Uint8Array): void {
  port.postMessage(message, bytes ? [bytes.buffer as ArrayBuffer] : []);
}

/**
 * Not held open between two reads, and not by way of a blob, which takes three times as long. The decoder copies what it gets as soon as it
 * gets it, before anything else has its turn: then the memory goes, of which a collection would let tens of megabytes wait.
 */
async function readLocal(path: string, at: number, length: number): Promise<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  const file = openSync(path, 'r');
  try {
    for (let read = 0; read < length; ) {
      const more = readSync(file, bytes, read, Math.min(length - read, 1 << 30), at + read);
      if (more === 0) throw new Error(`an end at byte ${at + read}`);
      read += more;
    }
  } finally {
    closeSync(file);
  }
  setImmediate(() => freeBuffer(bytes.buffer));
  return bytes.buffer;
}

let wishNumber = 0;
function readDistant(at: number, length: number): Promise<ArrayBuffer> {
  return new Promise((resolve) => {
    wishes.set(++wishNumber, resolve);
    port.postMessage({ kind: 'read', number: wishNumber, at, length } satisfies ParquetWish);
  });
}

/** Parts of a distant file that will be asked for again; undefined while nothing will. */
let kept: Map<string, ArrayBuffer> | undefined;

async function readPart(task: ParquetTask, at: number, end: number): Promise<ArrayBuffer> {
  const buffer = await readBytes(task, at, end);
  for (const chunk of task.compressed ?? []) {
    if (chunk.at >= at && chunk.end <= end) markCompressed(new Uint8Array(buffer, chunk.at - at, chunk.end - chunk.at));
  }
  return buffer;
}

async function readBytes({ path, end: tail }: ParquetTask, at: number, end: number): Promise<ArrayBuffer> {
  if (tail && at >= tail.at) return tail.bytes.slice(at - tail.at, end - tail.at).buffer as ArrayBuffer;
  if (path !== undefined) return readLocal(path, at, end - at);
  const known = kept?.get(`${at} ${end}`);
  if (known) return known;
  const bytes = await readDistant(at, end - at);
  kept?.set(`${at} ${end}`, bytes);
  return bytes;
}

/** As much of a blob as the decoder uses: its size, and the bytes of parts. */
function blobOf(task: ParquetTask): Blob {
  const { size, end } = task;
  const slice = (at: number, end: number) => ({ arrayBuffer: () => readPart(task, at, end) });
  return { size: end ? end.at + end.bytes.length : size, slice } as unknown as Blob;
}

/** The row group that is read, and what its columns take decompressed. */
let rowGroup: number | undefined;
let plainBytes = 0;

function begin({ module, memoryBytes }: ParquetDecoder): void {
  ({ memory } = initSync({ module }));
  // A decoder that panics, or has no memory left, throws outside of any promise; its own will never be settled.
  process.on('uncaughtException', ({ message }) => {
    const isFull = memory.buffer.byteLength + plainBytes > memoryBytes;
    reply({ kind: 'error', message, rowGroup, neededBytes: isFull ? plainBytes : undefined });
  });
}

async function work(task: ParquetTask): Promise<void> {
  rowGroup = undefined;
  plainBytes = 0;
  kept = undefined;
  try {
    const file = await ParquetFile.fromFile(blobOf(task));
    const metadata = file.metadata();
    const groups = Array.from({ length: metadata.numRowGroups() }, (_, group) => metadata.rowGroup(group));
    if (task.rows) {
      await readRows(file, groups, task.rows);
      await wanted();
      reply({ kind: 'end', heldBytes: memory.buffer.byteLength });
    } else {
      await wanted();
      const schema = file.schema().intoIPCStream();
      const groupRows = groups.map((group) => group.numRows());
      reply({ kind: 'footer', schema, groupRows, heldBytes: memory.buffer.byteLength }, schema);
    }
    file.free();
  } catch (error) {
    await wanted();
    reply({ kind: 'error', message: error instanceof Error ? error.message : String(error), rowGroup });
  }
}

async function readRows(
  file: ParquetFile,
  groups: readonly RowGroupMetaData[],
  { columns, batchRows, from, skipGroups = [] }: NonNullable<ParquetTask['rows']>,
): Promise<void> {
  const window = createParquetWindow(batchRows);
  let begin = 0;
  for (const [number, group] of groups.entries()) {
    const length = group.numRows();
    const end = begin + length;
    if (from < end && !skipGroups.includes(number)) {
      rowGroup = number;
      const held = bytesOf(group, columns);
      plainBytes = held.plainBytes;
      port.postMessage({ kind: 'begins', rowGroup } satisfies ParquetNote);
      // Begins where a record batch would begin without a cursor, so that the boundaries after it are the same.
      const skip = Math.max(0, from - begin);
      for (let offset = skip - (skip % batchRows); offset < length; ) {
        const limit = Math.min(window.rows(held.encodedBytes), length - offset);
        if (offset + limit === length) kept = undefined;
        else kept ??= new Map();
        const stream = await file.stream({
          ...(columns && { columns: [...columns] }),
          batchSize: batchRows,
          rowGroups: [number],
          offset,
          ...(offset + limit < length && { limit }),
        });
        let row = begin + offset;
        let bytes = 0;
        for await (const records of stream) {
          const cut = Math.max(0, from - row);
          const given = cut === 0 ? records : records.slice(cut, records.numRows - cut);
          const rowsRead = records.numRows;
          await wanted();
          const ipc = given.intoIPCStream();
          bytes += (ipc.length * rowsRead) / Math.max(1, rowsRead - cut);
          reply({ kind: 'records', ipc, row: row + cut }, ipc);
          row += rowsRead;
        }
        const read = row - begin;
        if (read !== offset + limit) throw new Error(`the row group has ${read} rows, its footer says ${length}`);
        window.learn(limit, bytes);
        offset += limit;
      }
    }
    begin = end;
  }
}

/** What the columns that are read take, as they lie there and decompressed. */
function bytesOf(group: RowGroupMetaData, columns: readonly string[] | undefined) {
  let encodedBytes = 0;
  let plainBytes = 0;
  const wanted = columns && new Set(columns);
  for (const column of group.columns()) {
    if (wanted && !wanted.has(column.columnPath()[0] ?? '')) continue;
    encodedBytes += column.compressedSize();
    plainBytes += column.uncompressedSize();
  }
  return { encodedBytes, plainBytes };
}
