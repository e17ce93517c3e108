import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { ResumeError } from '../errors.ts';
import { lockDirectory } from '../files/lockDirectory.ts';
import { removeLeftovers, syncDirectory, writeDurably } from '../files/writeDurably.ts';
import type { Json } from '../json.ts';
import { appendable, openTable, type TableEncoder, type TableFormat } from '../sink/table/tableEncoder.ts';
import { formatOf, openPlace } from '../source/formats.ts';
import type { Cursor } from '../source/types.ts';
import { type OutFile, openOut, type Predicting, predictions, type Written, writeWhole } from './predictionFile.ts';

/** How far a file of predictions has come that can be gone on with. */
interface Place extends Written {
  /** What must be as it was. */
  readonly of: Json;
  readonly cursor: Cursor;
  readonly bytes: number;
}

export interface Resumable {
  /**
   * Rows come to the disk for good when so many milliseconds have passed.
   * @default 1000
   */
  readonly commitMs?: number;
}

/**
 * The same of a file whose writing can be gone on with after whatever has ended it: each row is in it once. What has been written so far is in the folder
 * `PATH.partial`, with the place from which the source is read on. A file that is there already is taken to be whole.
 *
 * @throws ResumeError where the source can be read only once, or the model, the source or the options are others than before
 * @throws LockError where another process writes it
 */
export async function resumePredictionFile(
  predicting: Predicting,
  path: string,
  { commitMs = 1000 }: Resumable = {},
): Promise<Written | 'there already'> {
  const { model, source, format, options, signal, tell, onRows } = predicting;
  if (source.once) {
    throw new ResumeError({
      where: source.name,
      expected: 'a source that can be read from where the writing was interrupted',
      received: 'one that can be read only once',
      hint: 'Write it into a file first, or leave --resume out',
    });
  }
  const folder = `${path}.partial`;
  const placePath = join(folder, 'place.json');
  // A file of Parquet cannot be gone on with: it is made of this one at the end.
  const between: TableFormat = appendable[format] ? format : 'arrow';
  const rowsPath = join(folder, `rows.${between}`);
  if ((await isThere(path)) && !(await isThere(rowsPath))) {
    await rm(folder, { recursive: true, force: true });
    return 'there already';
  }
  await mkdir(folder, { recursive: true });
  const release = await lockDirectory(folder);
  try {
    const { keep = [], top = null, badRows = 'fail' } = options;
    const of = JSON.parse(
      JSON.stringify({
        model: model.hash,
        threshold: model.threshold,
        source: await source.fingerprint(signal),
        format: between,
        keep,
        top,
        badRows,
      }),
    );
    await removeLeftovers(folder, 'place.json.');
    const before = await readPlace(placePath, of);
    if (before) {
      const handle = await open(rowsPath, 'r+');
      await handle.truncate(before.bytes).finally(() => handle.close());
      tell(`goes on with ${path} after ${before.rows} rows`);
      onRows(before.rows);
    } else await rm(rowsPath, { force: true });

    const file = await openOut(rowsPath, 'a');
    let bytes = before?.bytes ?? 0;
    let written: Written;
    try {
      const write = async (more: Uint8Array | string) => {
        const made = typeof more === 'string' ? Buffer.from(more) : more;
        await file.write(made);
        bytes += made.length;
      };
      const commit = async (done: Written, cursor: Cursor) => {
        await file.sync();
        const place: Place = { of, cursor, bytes, ...done };
        await writeDurably(placePath, Buffer.from(JSON.stringify(place)));
      };
      let encoder: TableEncoder | undefined;
      let committedAt = Number.NEGATIVE_INFINITY;
      const all = predictions(predicting, before, before?.cursor);
      for (;;) {
        const next = await all.next();
        if (next.done) {
          if (encoder) await write(await encoder.end());
          written = next.value;
          break;
        }
        const { batch, done, cursor } = next.value;
        if (!encoder) {
          encoder = await openTable(between, batch.schema);
          if (!before) await write(encoder.begin());
        }
        // What is committed is before these rows, which begin at the place.
        if (performance.now() - committedAt >= commitMs) {
          await commit(done, cursor);
          committedAt = performance.now();
        }
        await write(await encoder.encode(batch));
        onRows(batch.numRows);
      }
      await file.sync();
    } finally {
      await file.close();
    }
    if (between === format) await rename(rowsPath, path);
    else await writeWhole(path, (to) => convert(rowsPath, format, to, signal));
    await syncDirectory(dirname(resolve(path)));
    await rm(rowsPath, { force: true });
    await rm(placePath, { force: true });
    return written;
  } finally {
    // What is left to go on with stays.
    if (!(await isThere(placePath))) await rm(folder, { recursive: true, force: true });
    await release();
  }
}

async function readPlace(path: string, of: Json): Promise<Place | undefined> {
  const text = await readFile(path, 'utf8').catch((error) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const place: Place = JSON.parse(text);
  if (isDeepStrictEqual(place.of, of)) return place;
  const [was, is] = [place.of, of] as Readonly<Record<string, Json>>[];
  const changed = Object.keys(is!).filter((key) => !isDeepStrictEqual(was![key], is![key]));
  throw new ResumeError({
    where: path,
    expected: 'the model, the source and the options that the file was begun with',
    received: `another ${changed.join(', another ')}`,
    hint: `Undo the change to go on; to begin anew, remove the folder ${dirname(path)}`,
  });
}

/** Writes the rows of an Arrow stream in another format. */
async function convert(path: string, format: TableFormat, to: OutFile, signal: AbortSignal): Promise<void> {
  const source = openPlace(path, formatOf(path), {});
  const encoder = await openTable(format, await source.schema(signal));
  await to.write(encoder.begin());
  for await (const { records } of source.open({ signal })) await to.write(await encoder.encode(records));
  await to.write(await encoder.end());
}

function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
