import type { ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';
import type { TrainingMessage } from '../types.ts';
import { forkTraining } from './forkTraining.ts';

/** Keeps one training process ready, so that a run does not wait for its start. */
export interface SpareProcess {
  /** The process that is ready, or one that is just being started; another is started in its place. It says `ready` in either case. */
  take(): ChildProcess;
  /** Ends the one that is kept. */
  close(): void;
}

/** Costs the memory of an idle process, some 130 MB: for a worker whose runs follow closely. */
export function spareProcess(start: () => ChildProcess = forkTraining): SpareProcess {
  let isClosed = false;
  let spare: Spare | undefined = keep(start());
  return {
    take() {
      const taken = spare && !spare.isGone() ? spare : keep(start());
      spare = isClosed ? undefined : keep(start());
      return taken.release();
    },
    close() {
      isClosed = true;
      spare?.release().kill('SIGKILL');
      spare = undefined;
    },
  };
}

interface Spare {
  isGone(): boolean;
  /** The process, as if it had only now been started. */
  release(): ChildProcess;
}

function keep(child: ChildProcess): Spare {
  let isReady = false;
  let isGone = false;
  const hear = ({ kind }: TrainingMessage) => {
    isReady = kind === 'ready';
  };
  const leave = () => {
    isGone = true;
  };
  child.on('message', hear).on('exit', leave).on('error', leave);
  for (const handle of handlesOf(child)) handle.unref();
  return {
    isGone: () => isGone,
    release() {
      child.off('message', hear).off('exit', leave).off('error', leave);
      for (const handle of handlesOf(child)) handle.ref();
      // Who takes it is not told of what it said before.
      if (isReady) setImmediate(() => child.emit('message', { kind: 'ready' } satisfies TrainingMessage));
      return child;
    },
  };
}

/** All that keeps the parent alive for a child. */
function handlesOf(child: ChildProcess): { ref(): void; unref(): void }[] {
  const streams = [child.stdout, child.stderr] as (Socket | null)[];
  return [child, child.channel, ...streams].filter((handle) => handle !== null && handle !== undefined);
}
