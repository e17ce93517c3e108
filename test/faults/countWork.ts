import { Session } from 'node:inspector/promises';

/** What a thread has done, in numbers that do not depend on how fast its machine is, nor on what else runs there. */
interface Work {
  /** How often the blocks of JavaScript were entered: functions, branches, rounds of loops. */
  readonly blocks: number;
  /** What was taken from the heap, in bytes, whether it was given back or not; an estimate. */
  readonly heapBytes: number;
}

interface HeapNode {
  readonly selfSize: number;
  readonly children: readonly HeapNode[];
}

/** Inputs that are counted together: one that takes a thousand times what it should stands out. */
const together = 50;

/** The most that some inputs have made this thread do: for each of their bytes, and for each of them. */
export async function mostWork(inputs: readonly Uint8Array[], use: (input: Uint8Array) => unknown) {
  let [blocksOfByte, heapBytesOfInput] = [0, 0];
  for (let first = 0; first < inputs.length; first += together) {
    const some = inputs.slice(first, first + together);
    const { blocks, heapBytes } = await countWork(async () => {
      for (const input of some) await use(input);
    });
    blocksOfByte = Math.max(blocksOfByte, blocks / some.reduce((sum, { length }) => sum + length, 0));
    heapBytesOfInput = Math.max(heapBytesOfInput, heapBytes / some.length);
  }
  return { blocksOfByte, heapBytesOfInput };
}

/** Counts what this thread does until `run` is done. */
async function countWork(run: () => Promise<unknown>): Promise<Work> {
  const session = new Session();
  session.connect();
  try {
    await session.post('Profiler.enable');
    await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
    // What is collected meanwhile counts, which the types do not know yet.
    const collected = { includeObjectsCollectedByMajorGC: true, includeObjectsCollectedByMinorGC: true };
    await session.post('HeapProfiler.startSampling', { samplingInterval: 1 << 16, ...collected });
    await run();
    const { profile } = await session.post('HeapProfiler.stopSampling');
    const { result } = await session.post('Profiler.takePreciseCoverage');
    let blocks = 0;
    for (const { functions } of result)
      for (const { ranges } of functions) for (const { count } of ranges) blocks += count;
    return { blocks, heapBytes: sizeOf(profile.head) };
  } finally {
    await session.post('Profiler.disable');
    session.disconnect();
  }
}

function sizeOf({ selfSize, children }: HeapNode): number {
  return children.reduce((sum, child) => sum + sizeOf(child), selfSize);
}
