import { createHash } from 'node:crypto';
import type { Schema } from 'apache-arrow';
import type { Batch, OpenOptions, Source } from '../types.ts';

/** The columns of a file, where it has a row. */
export async function schemaWithRows(source: Source, signal: AbortSignal | undefined): Promise<Schema | undefined> {
  const schema = await source.schema(signal);
  const quiet = signal ?? new AbortController().signal;
  for await (const { records } of source.open({ signal: quiet, columns: [], badRows: 'return' })) {
    if (records.numRows > 0) return schema;
  }
  return undefined;
}

/** Memory for the rows of a file that is checked: one that fits is read once. */
const keptBytes = 32_000_000;

/**
 * Reads a file to its end.
 *
 * @returns the record batches, where they are few; undefined where there are no rows
 */
export async function readWhole(
  source: Source,
  options: OpenOptions,
): Promise<{ readonly batches: readonly Batch[] | undefined } | undefined> {
  let kept: Batch[] | undefined = [];
  let bytes = 0;
  let rows = 0;
  for await (const batch of source.open(options)) {
    rows += batch.records.numRows;
    bytes += batch.records.data.byteLength;
    if (kept && bytes <= keptBytes) kept.push(batch);
    else {
      for (const each of [...(kept ?? []), batch]) each.release?.();
      kept = undefined;
    }
  }
  return rows > 0 ? { batches: kept } : undefined;
}

/** What was read before, as it was read. */
export async function* given(batches: readonly Batch[], signal: AbortSignal): AsyncGenerator<Batch> {
  for (const batch of batches) {
    signal.throwIfAborted();
    yield batch;
  }
}

/** A hash of what is in a file. */
export async function contentOf(source: Source, signal: AbortSignal | undefined): Promise<string> {
  return createHash('sha256')
    .update(JSON.stringify(await source.fingerprint(signal)))
    .digest('hex');
}
