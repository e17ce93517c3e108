/**
 * The thread that decodes a Parquet file. Corrupt files can make the decoder panic, which leaves it unusable, or run for ever:
 * a thread can be ended from outside, and takes no one with it.
 */
import { openAsBlob } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { initSync, ParquetFile } from 'parquet-wasm/esm';
import type { ParquetReply, ParquetRequest, ParquetTask, ParquetWish } from './parquetMessages.ts';

const { module, path, size, rows } = workerData as ParquetTask;
const port = parentPort!;

let credits = 0;
let wake = () => {};
/** Parts of the file that were asked for, by the numbers of the wishes. */
const wishes = new Map<number, (bytes: ArrayBuffer) => void>();
port.on('message', (message: ParquetRequest) => {
  if (message === 'next') {
    credits++;
    wake();
  } else {
    wishes.get(message.number)?.(message.bytes.buffer);
    wishes.delete(message.number);
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

/** As much of a blob as the decoder uses: its size, and the bytes of parts. */
function distantFile(): Blob {
  let number = 0;
  const slice = (at: number, end: number) => ({
    arrayBuffer: () =>
      new Promise<ArrayBuffer>((resolve) => {
        wishes.set(++number, resolve);
        port.postMessage({ kind: 'read', number, at, length: end - at } satisfies ParquetWish);
      }),
  });
  return { size, slice } as unknown as Blob;
}

let rowGroup: number | undefined;
try {
  initSync({ module });
  const file = await ParquetFile.fromFile(path === undefined ? distantFile() : await openAsBlob(path));
  const metadata = file.metadata();
  const groups = Array.from({ length: metadata.numRowGroups() }, (_, group) => metadata.rowGroup(group).numRows());
  if (rows) await readRows(file, groups, rows);
  else {
    await wanted();
    const schema = file.schema().intoIPCStream();
    reply({ kind: 'footer', schema, groupRows: groups }, schema);
  }
} catch (error) {
  await wanted();
  reply({ kind: 'error', message: error instanceof Error ? error.message : String(error), rowGroup });
}

async function readRows(
  file: ParquetFile,
  groups: readonly number[],
  { columns, batchRows, from, skipGroups = [] }: NonNullable<ParquetTask['rows']>,
): Promise<void> {
  let begin = 0;
  for (const [group, length] of groups.entries()) {
    const end = begin + length;
    if (from < end && !skipGroups.includes(group)) {
      rowGroup = group;
      // Begins where a record batch would begin without a cursor, so that the boundaries after it are the same.
      const skip = Math.max(0, from - begin);
      const offset = skip - (skip % batchRows);
      const stream = await file.stream({
        ...(columns && { columns: [...columns] }),
        batchSize: batchRows,
        rowGroups: [group],
        offset,
      });
      let row = begin + offset;
      for await (const records of stream) {
        const cut = Math.max(0, from - row);
        const kept = cut === 0 ? records : records.slice(cut, records.numRows - cut);
        const rowsRead = records.numRows;
        await wanted();
        const ipc = kept.intoIPCStream();
        reply({ kind: 'records', ipc, row: row + cut }, ipc);
        row += rowsRead;
      }
      if (row !== end) throw new Error(`the row group has ${row - begin} rows, its footer says ${length}`);
    }
    begin = end;
  }
  await wanted();
  reply({ kind: 'end' });
}
