import { join } from 'node:path';
import { freeSnapshot } from '../checkpoint/freeSnapshot.ts';
import { saveCheckpoint } from '../checkpoint/saveCheckpoint.ts';
import type { Snapshot } from '../checkpoint/types.ts';
import { integer, number } from '../options/bounds.ts';
import { checkOptions } from '../options/checkOptions.ts';
import type { Sink } from './types.ts';

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
export function checkpoint(options: CheckpointOptions = {}): Sink {
  checkOptions<CheckpointOptions>('checkpoint', options, {
    everySteps: integer({ least: 1 }),
    everyMs: number({ least: 0 }),
    keep: integer({ least: 1 }),
  });
  const { everySteps, everyMs, keep = 3 } = options;
  return {
    name: 'checkpoint',
    onError: 'stop',
    files: { checkpoints: 'the model, and all that is needed to go on' },
    open(run) {
      const directory = join(run.directory, 'checkpoints');
      let saving: Promise<unknown> = Promise.resolve();
      let savedAt = performance.now();
      let step = run.resumedAt ?? 0;
      let changed = false;
      /** The state that the last one holds. */
      let saved = run.resumedAt === undefined ? undefined : stateOf(run.snapshot());

      function save(snapshot: Snapshot): Promise<void> {
        changed = false;
        saved = JSON.stringify(snapshot.state);
        const at = step;
        const done = saving.then(async () => {
          const written = saveCheckpoint(directory, snapshot, { step: at, keep });
          // It has a copy.
          freeSnapshot(snapshot);
          await written;
          savedAt = performance.now();
        });
        saving = done;
        return done;
      }

      return {
        write(event) {
          // A validation changes the snapshot too, but the next checkpoint is soon enough for it.
          if (event.kind === 'step' || event.kind === 'validation') changed = true;
          if (event.kind !== 'step') return undefined;
          step = event.step;
          const late = everyMs !== undefined && performance.now() - savedAt >= everyMs;
          const due = everySteps !== undefined && step % everySteps === 0;
          return late || due ? save(run.snapshot()) : undefined;
        },
        async close({ kind }) {
          if (kind === 'failed' || (!changed && saved === undefined)) return;
          const snapshot = run.snapshot();
          // After the last step its epoch may have ended, and early stopping have put the best parameters in place.
          if (changed || JSON.stringify(snapshot.state) !== saved) await save(snapshot);
          else freeSnapshot(snapshot);
        },
      };
    },
  };
}

function stateOf(snapshot: Snapshot): string {
  freeSnapshot(snapshot);
  return JSON.stringify(snapshot.state);
}
