import type { ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';
import type { TrainingMessage } from '../types.ts';
import { forkTraining, isAnswer, lasting } from './forkTraining.ts';

/** Training processes that serve one request after the other, so that a run does not wait for the start of one. */
export interface TrainingPool {
  /** One that has nothing to do, or a new one; it says `ready` in either case, and comes back by itself when it does so again. */
  take(): ChildProcess;
  /** Ends those that have nothing to do. */
  close(): void;
}

/**
 * Costs the memory of an idle process, some 200 MB, and reads the files of jobs once: for a replay, whose runs follow closely.
 *
 * @param start forks a training process that lasts
 */
export function trainingPool(start: () => ChildProcess = () => forkTraining(lasting)): TrainingPool {
  let isClosed = false;
  const idle = new Map<ChildProcess, { isReady: boolean }>();
  keep(add());

  function add(): ChildProcess {
    const child = start();
    let hasAnswered = false;
    child.on('message', (message: TrainingMessage) => {
      if (isAnswer(message)) hasAnswered = true;
      if (message.kind !== 'ready') return;
      const kept = idle.get(child);
      if (kept) kept.isReady = true;
      // One that was told to stop is about to.
      if (hasAnswered && !kept && !child.killed) keep(child, true);
      hasAnswered = false;
    });
    child.on('exit', () => idle.delete(child)).on('error', () => idle.delete(child));
    return child;
  }

  function keep(child: ChildProcess, isReady = false): void {
    if (isClosed) {
      child.kill('SIGKILL');
      return;
    }
    idle.set(child, { isReady });
    for (const handle of handlesOf(child)) handle.unref();
  }

  return {
    take() {
      const [found] = idle;
      if (!found) return add();
      const [child, { isReady }] = found;
      idle.delete(child);
      for (const handle of handlesOf(child)) handle.ref();
      // Who takes it has not heard what it said before.
      if (isReady) setImmediate(() => child.emit('message', { kind: 'ready' } satisfies TrainingMessage));
      return child;
    },
    close() {
      isClosed = true;
      for (const child of idle.keys()) child.kill('SIGKILL');
      idle.clear();
    },
  };
}

/** All that keeps the parent alive for a child. */
function handlesOf(child: ChildProcess): { ref(): void; unref(): void }[] {
  const streams = [child.stdout, child.stderr] as (Socket | null)[];
  return [child, child.channel, ...streams].filter((handle) => handle !== null && handle !== undefined);
}
