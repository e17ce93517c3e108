import { compileParquet } from './parquet/compileParquet.ts';
import { endSpare } from './parquet/spareWorker.ts';

/*
 * What sources keep for the readings to come, of the whole process: compiled decoders, and a thread that waits for its next file. Who
 * knows when rows are read, and when none are, says so here, and need not know which formats there are.
 */

/** Makes ready what most sources need and takes time: for a process that will read. */
export async function prepareReaders(): Promise<void> {
  await compileParquet();
}

/** Gives back the memory of what waits, where nothing will be read soon. */
export function releaseReaders(): void {
  endSpare();
}
