import type { HelperTask } from './helperTask.ts';
import type { KernelExports } from './kernelExports.ts';
import { type Helper, startHelper } from './startHelper.ts';
import { createTrial } from './trial.ts';
import type { WasmMemory } from './wasmMemory.ts';

/** The threads that share an engine's large products. */
export interface Helpers {
  /** Called before and after a large product. */
  begin(): void;
  /** @param work multiplications of the product */
  end(work: number): void;
}

/** Multiplications before the threads are started: some 20 ms of them. What is over by then needs none. */
const START = 5e8;

/** Ends the threads of an engine that nothing refers to any more. */
const ends = new FinalizationRegistry<readonly Helper[]>((started) => {
  for (const helper of started) void helper.end();
});

/**
 * Threads that are started when there is enough to do, and take part from the moment they are there. Nobody waits for them to come,
 * they keep no process alive, and where none may be started the caller works alone.
 *
 * @param count threads beside the caller
 */
export function createHelpers(
  count: number,
  {
    module,
    memory,
    compiled,
    library,
  }: Pick<HelperTask, 'module' | 'library'> & {
    readonly memory: WasmMemory;
    readonly compiled: KernelExports;
  },
): Helpers {
  const trial = createTrial(compiled.invite);
  let phase: 'waiting' | 'starting' | 'ready' | 'none' = count > 0 ? 'waiting' : 'none';
  let done = 0;
  let began = 0;

  const helpers: Helpers = {
    begin() {
      if (phase === 'ready' && trial.isTiming) began = performance.now();
    },
    end(work) {
      if (phase === 'ready') trial.record(work, trial.isTiming ? performance.now() - began : 0);
      else if (phase === 'waiting') {
        done += work;
        if (done >= START) phase = start() ? 'starting' : 'none';
      } else if (phase === 'starting' && compiled.helpers() === count) phase = 'ready';
    },
  };

  function start(): boolean {
    const started: Helper[] = [];
    ends.register(helpers, started);
    try {
      for (let i = 0; i < count; i++) {
        const { offset: scratch } = memory.take(compiled.scratchBytes());
        started.push(startHelper({ module, memory: memory.memory, scratch, library }));
      }
      return true;
    } catch {
      return false;
    }
  }
  return helpers;
}
