import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { compileParquet } from './compileParquet.ts';
import type { ParquetDecoder } from './parquetMessages.ts';

/**
 * Starts a thread that decodes Parquet files. It begins while the decoder is still compiled.
 *
 * @param memoryMB the most that the decoder takes
 */
export async function startParquetWorker(memoryMB: number): Promise<Worker> {
  const worker = new Worker(new URL(`./parquetWorker${extname(import.meta.url)}`, import.meta.url), {
    // A decoder that says something on its way down says it to us, not to the user.
    stdout: true,
    stderr: true,
    // What the program was started with is not for this file: `--input-type`, `--inspect-brk`.
    execArgv: [],
    // The thread's own objects are few. But V8 collects garbage at each buffer once those and the decoder's memory are half of this limit more
    // than they were: files of thousands of columns, which are read in as many buffers, took seven times as long.
    resourceLimits: { maxOldGenerationSizeMb: 2 * memoryMB + 512 },
  });
  try {
    const module = await compileParquet(memoryMB);
    worker.postMessage({ kind: 'decoder', module, memoryBytes: memoryMB * 1e6 } satisfies ParquetDecoder);
    return worker;
  } catch (error) {
    void worker.terminate();
    throw error;
  }
}
