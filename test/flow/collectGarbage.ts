import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

/**
 * Bytes that are in use after all garbage is gone: of the heap, and of array buffers outside it.
 *
 * @param collected is told each time that this has kept the thread busy
 */
export async function bytesInUse(collected = () => {}): Promise<number> {
  for (let i = 0; i < 2; i++) {
    // What has just been let go of may be held by this turn.
    await new Promise<void>((resolve) => setImmediate(resolve));
    collect();
    collected();
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
