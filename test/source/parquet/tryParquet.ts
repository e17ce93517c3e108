/** A process of its own that reads a Parquet file, and says what came of it, how long it took and what memory. */
import { parquet } from '../../../src/index.ts';
import { peakMemory } from '../../../src/pipeline/run/peakMemory.ts';

const began = performance.now();
let rows = 0;
let error: string | undefined;
try {
  for await (const { records } of parquet(process.argv[2] ?? '').open({ signal: new AbortController().signal })) {
    rows += records.numRows;
  }
} catch (failure) {
  error = String(failure);
}
const ms = Math.round(performance.now() - began);
process.stdout.write(JSON.stringify({ rows, error, ms, peakMB: Math.round(peakMemory() / 1e6) }));
