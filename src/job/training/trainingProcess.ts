import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { ProcessRequest, TrainingMessage } from '../types.ts';

type Last = Extract<TrainingMessage, { kind: 'result' | 'count' | 'drift' | 'stopped' | 'error' }>;

/** How a training process ended: with its last word, or without one. */
export type ProcessEnd = Last | { readonly kind: 'died'; readonly how: string };

export interface TrainingProcess {
  /** Asks it to write a last checkpoint and stop; kills it where it does not within so many milliseconds. */
  stop(graceMs: number): void;
  kill(): void;
  readonly ended: Promise<ProcessEnd>;
}

export interface ProcessOptions {
  /** A process that was just forked, and says `ready` when it takes a request. */
  readonly child: ChildProcess;
  readonly request: ProcessRequest;
  /** Takes what it prints; nobody by default. */
  onOutput?(data: Uint8Array): void;
  onMessage(message: TrainingMessage): void;
}

/** Bytes of the end of stderr that are told of a process that died. */
const tailBytes = 2000;

/** Runs one request in a process apart. One that says `ready` again after it has answered is left to others. */
export function trainingProcess({ child, request, onOutput = () => {}, onMessage }: ProcessOptions): TrainingProcess {
  let last: Last | undefined;
  let tail = '';
  let killing: NodeJS.Timeout | undefined;
  let isOver = false;
  const onStderr = (data: Buffer) => {
    onOutput(data);
    tail = `${tail}${data}`.slice(-tailBytes);
  };
  const receive = (message: TrainingMessage) => {
    if (message.kind === 'ready') {
      if (last) leave();
      else send(child, request);
    } else if (isLast(message)) last ??= message;
    else onMessage(message);
  };
  const failed = (error: Error) => end(`the training process could not be started: ${error.message}`);
  const closed = async (code: number | null, signal: NodeJS.Signals | null) => {
    // What it said last may still be on its way.
    if (child.connected) await once(child, 'disconnect');
    const what = signal ? `signal ${signal}` : `exit code ${code}`;
    end(`the training process ended with ${what}${tail.trim() ? `: ${lastLines(tail)}` : ''}`);
  };
  const ended = Promise.withResolvers<ProcessEnd>();

  function end(how: string): void {
    isOver = true;
    clearTimeout(killing);
    ended.resolve(last ?? { kind: 'died', how });
  }

  function leave(): void {
    isOver = true;
    child.off('message', receive).off('error', failed).off('close', closed);
    // What it printed before it said so has come by then.
    setImmediate(() => {
      child.stdout?.off('data', onOutput);
      child.stderr?.off('data', onStderr);
      end('');
    });
  }

  child.stdout?.on('data', onOutput);
  child.stderr?.on('data', onStderr);
  child.on('message', receive).once('error', failed).once('close', closed);
  return {
    stop(graceMs) {
      if (killing || isOver) return;
      child.kill('SIGTERM');
      killing = setTimeout(() => child.kill('SIGKILL'), graceMs);
    },
    kill() {
      if (!isOver) child.kill('SIGKILL');
    },
    ended: ended.promise,
  };
}

/** A process that has just ended takes no message; its end is told all the same. */
function send(child: ChildProcess, message: ProcessRequest): void {
  if (child.connected) child.send(message, () => {});
}

function isLast(message: TrainingMessage): message is Last {
  return ['result', 'count', 'drift', 'stopped', 'error'].includes(message.kind);
}

function lastLines(text: string): string {
  return text.trim().split('\n').slice(-5).join('\n');
}
