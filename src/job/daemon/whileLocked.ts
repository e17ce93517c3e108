import { setTimeout } from 'node:timers/promises';
import { CheckpointError } from '../../errors.ts';

/** A command has the folder of an embedded database for a second or two; so has a daemon that is just starting or stopping. */
const tries = 50;
const pauseMs = 100;

/** Tries again, for some seconds, while another process has the folder. */
export async function whileLocked<T>(attempt: () => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof CheckpointError) || tried === tries) throw error;
      await setTimeout(pauseMs);
    }
  }
}
