import { join } from 'node:path';
import { saveCheckpoint } from '../../src/checkpoint/saveCheckpoint.ts';
import type { Sink, Snapshot } from '../../src/index.ts';

/** What a sink has seen of a run. */
export interface Followed {
  readonly sink: Sink;
  /** The targets of the rows of each step, in order. */
  readonly targets: number[][];
  readonly losses: number[];
}

/**
 * A sink that takes note of every step.
 *
 * @param saveTo the folder of a run that shall stand after this step; none for no checkpoint
 */
export function follow(saveTo: (step: number) => string | undefined = () => undefined): Followed {
  const targets: number[][] = [];
  const losses: number[] = [];
  const sink: Sink = {
    name: 'follow',
    onError: 'stop',
    open: (run) => ({
      write(event) {
        if (event.kind !== 'step') return undefined;
        targets.push(Array.from(event.y.subarray(0, event.n)));
        losses.push(event.loss);
        const directory = saveTo(event.step);
        return directory === undefined ? undefined : save(directory, run.snapshot(), event.step);
      },
      close() {},
    }),
  };
  return { sink, targets, losses };
}

async function save(directory: string, snapshot: Snapshot, step: number): Promise<void> {
  await saveCheckpoint(join(directory, 'checkpoints'), snapshot, { step });
}
