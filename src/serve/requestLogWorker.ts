/** The thread that writes requests and their answers into Parquet files, so that no answer waits for one. */
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import {
  Bool,
  type DataType,
  Field,
  FixedSizeList,
  Float64,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  TimestampMillisecond,
  Utf8,
} from 'apache-arrow';
import { removeLeftovers, writeDurably } from '../files/writeDurably.ts';
import { openTable, type TableEncoder } from '../sink/table/tableEncoder.ts';
import { packColumn } from '../source/memory/packColumn.ts';
import type { LogType } from './logLayout.ts';
import type { LogChunk, LogReply, LogStart } from './requestLog.ts';

const port = parentPort!;
const { directory, partRows, partMs, mostBytes, id } = workerData as LogStart;

/** Rows of a model that will be a file. */
interface Part {
  readonly layout: string;
  readonly schema: Schema;
  readonly encoder: TableEncoder;
  /** What has been made of its bytes. */
  readonly bytes: Uint8Array[];
  readonly timer: NodeJS.Timeout;
  readonly began: Date;
  rows: number;
}

const parts = new Map<string, Part>();
/** Those that were looked through for what dead processes have left. */
const folders = new Set<string>();
let number = 0;
let work: Promise<void> = Promise.resolve();

port.on('message', (chunk: LogChunk | undefined) => {
  work = work.then(() => (chunk ? take(chunk) : end()));
});

async function take(chunk: LogChunk): Promise<void> {
  const rows = chunk.values[0]!.length;
  tell({ kind: 'taken', rows });
  try {
    await add(chunk, rows);
  } catch (error) {
    lose(rows, error);
  }
}

async function add({ model, columns, values }: LogChunk, rows: number): Promise<void> {
  const layout = JSON.stringify(columns);
  if (parts.get(model) && parts.get(model)?.layout !== layout) await finish(model);
  let part = parts.get(model);
  if (!part) {
    const schema = new Schema(columns.map(({ name, type }) => Field.new(name, arrowType(type), true)));
    const timer = setTimeout(() => {
      work = work.then(() => finish(model));
    }, partMs);
    const encoder = await openTable('parquet', schema);
    part = { layout, schema, encoder, bytes: [Buffer.from(encoder.begin())], timer, began: new Date(), rows: 0 };
    parts.set(model, part);
  }
  const { schema } = part;
  const children = columns.map(({ type }, i) =>
    packColumn(type === 'timestamp' ? values[i]!.map(asTime) : values[i]!, schema.fields[i]!.type),
  );
  const data = makeData({ type: new Struct(schema.fields), length: rows, nullCount: 0, children });
  part.bytes.push(Buffer.from(await part.encoder.encode(new RecordBatch(schema, data))));
  part.rows += rows;
  if (part.rows >= partRows) await finish(model);
}

async function end(): Promise<void> {
  for (const model of [...parts.keys()]) await finish(model);
  port.close();
}

/** Writes a part, whole or not at all. */
async function finish(model: string): Promise<void> {
  const part = parts.get(model);
  if (!part) return;
  parts.delete(model);
  clearTimeout(part.timer);
  const { encoder, bytes, rows, began } = part;
  try {
    const folder = join(directory, encodeURIComponent(model).replace(/^\./, '%2E'));
    await mkdir(folder, { recursive: true });
    if (!folders.has(folder)) await removeLeftovers(folder, '');
    folders.add(folder);
    const name = `${began.toISOString().replaceAll(':', '-')}-${id}-${`${number++}`.padStart(6, '0')}.parquet`;
    bytes.push(Buffer.from(await encoder.end()));
    await writeDurably(join(folder, name), Buffer.concat(bytes));
  } catch (error) {
    lose(rows, error);
    return;
  }
  tell({ kind: 'written', rows });
  // What is deleted by hand meanwhile fails nobody; the next part looks again.
  await makeRoom().catch(() => {});
}

function lose(rows: number, error: unknown): void {
  tell({ kind: 'lost', rows, why: error instanceof Error ? error.message : String(error) });
}

/** What `finish` calls its files: nothing else in the folder is touched. */
const partName = /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}Z-[0-9a-z]+-\d{6,}\.parquet$/;

/** Deletes the oldest parts of the folder until the others are small enough; the newest of all stays. */
async function makeRoom(): Promise<void> {
  const names = (await readdir(directory, { recursive: true })).filter((name) => partName.test(basename(name)));
  const found = await Promise.all(
    names.map(async (name) => {
      const { size, mtimeMs } = await stat(join(directory, name));
      return { name, size, mtimeMs };
    }),
  );
  found.sort((a, b) => a.mtimeMs - b.mtimeMs || (a.name < b.name ? -1 : 1));
  let bytes = found.reduce((sum, { size }) => sum + size, 0);
  let deleted = 0;
  for (const { name, size } of found.slice(0, -1)) {
    if (bytes <= mostBytes) break;
    await rm(join(directory, name), { force: true });
    bytes -= size;
    deleted++;
  }
  if (deleted > 0) tell({ kind: 'deleted', parts: deleted });
}

function tell(reply: LogReply): void {
  port.postMessage(reply);
}

function asTime(ms: unknown): Date | null {
  return ms === null ? null : new Date(ms as number);
}

function arrowType(type: LogType): DataType {
  if (type === 'number') return new Float64();
  if (type === 'boolean') return new Bool();
  if (type === 'string') return new Utf8();
  if (type === 'timestamp') return new TimestampMillisecond();
  return new FixedSizeList(type.list, Field.new('item', new Float64(), true));
}
