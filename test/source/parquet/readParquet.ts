/** A process of its own that reads a Parquet file, and says what was in it and what memory it has taken. */
import { parquet } from '../../../src/index.ts';
import { peakMemory } from '../../../src/pipeline/run/peakMemory.ts';

const began = performance.now();
let [rows, sum, firstMs] = [0, 0, 0];
for await (const { records } of parquet(process.argv[2] ?? '').open({ signal: new AbortController().signal })) {
  firstMs ||= performance.now() - began;
  rows += records.numRows;
  for (const value of records.getChild('c7')!.toArray() as Float64Array) sum += value;
}
const peakMB = Math.round(peakMemory() / 1e6);
process.stdout.write(JSON.stringify({ rows, sum, firstMs: Math.round(firstMs), peakMB }));
