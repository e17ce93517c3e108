import { join } from 'node:path';
import { freeSnapshot } from '../checkpoint/freeSnapshot.ts';
import { saveCheckpoint } from '../checkpoint/saveCheckpoint.ts';
import { OptionError } from '../errors.ts';
import type { Sink } from '../types.ts';

export interface CheckpointOptions {
  /** Writes after every step whose number is a multiple of this; an integer, at least 1. Not by steps when absent. */
  readonly everySteps?: number;
  /** Writes after the first step that ends so many milliseconds after the last writing; at least 0. Not by time when absent. */
  readonly everyMs?: number;
  /**
   * Checkpoints that stay; an integer, at least 1.
   * @default 3
   */
  readonly keep?: number;
}

/**
 * Writes checkpoints into the folder `checkpoints` of the run: between steps as the options say, and one at the end of a
 * run that was completed or interrupted, unless nothing has happened since the last. After a failure it writes none: the
 * newest is then the last good one.
 *
 * The snapshot is taken at once; training goes on when the file is durable.
 *
 * @throws OptionError where an option is out of bounds
 * @example checkpoint({ everySteps: 500, keep: 3 }).onError //=> 'stop'
 */
export function checkpoint({ everySteps, everyMs, keep = 3 }: CheckpointOptions = {}): Sink {
  checkInteger('everySteps', everySteps ?? 1);
  checkInteger('keep', keep);
  if (everyMs !== undefined && !(everyMs >= 0)) {
    throw new OptionError({ where: 'checkpoint: everyMs', expected: 'a number of at least 0', received: `${everyMs}` });
  }
  return {
    name: 'checkpoint',
    onError: 'stop',
    open(run) {
      const directory = join(run.directory, 'checkpoints');
      let saving: Promise<unknown> = Promise.resolve();
      let savedAt = performance.now();
      let step = run.resumedAt ?? 0;
      let changed = false;

      function save(): Promise<void> {
        changed = false;
        const snapshot = run.snapshot();
        const at = step;
        const saved = saving.then(async () => {
          const written = saveCheckpoint(directory, snapshot, { step: at, keep });
          // It has a copy.
          freeSnapshot(snapshot);
          await written;
          savedAt = performance.now();
        });
        saving = saved;
        return saved;
      }

      return {
        write(event) {
          // A validation changes the snapshot too, but the next checkpoint is soon enough for it.
          if (event.kind === 'step' || event.kind === 'validation') changed = true;
          if (event.kind !== 'step') return undefined;
          step = event.step;
          const late = everyMs !== undefined && performance.now() - savedAt >= everyMs;
          const due = everySteps !== undefined && step % everySteps === 0;
          return late || due ? save() : undefined;
        },
        async close({ kind }) {
          if (kind !== 'failed' && changed) await save();
        },
      };
    },
  };
}

function checkInteger(name: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new OptionError({ where: `checkpoint: ${name}`, expected: 'an integer of at least 1', received: `${value}` });
  }
}
