import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
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
  /** Where its output goes; nowhere by default. */
  readonly logFile?: string;
  hear(message: TrainingMessage): void;
}

/** Bytes of the end of stderr that are told of a process that died. */
const tailBytes = 2000;

/** Runs one request in a process of its own. */
export function trainingProcess({ child, request, logFile, hear }: ProcessOptions): TrainingProcess {
  let last: Last | undefined;
  let tail = '';
  let killing: NodeJS.Timeout | undefined;
  const log = logFile === undefined ? undefined : createWriteStream(logFile, { flags: 'a' });
  // A full disk costs the log, not the run.
  log?.on('error', () => {});
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (data: Buffer) => {
      log?.write(data);
      if (stream === child.stderr) tail = `${tail}${data}`.slice(-tailBytes);
    });
  }
  child.on('message', (message: TrainingMessage) => {
    if (message.kind === 'ready') {
      send(child, request);
      return;
    }
    if (isLast(message)) last ??= message;
    else hear(message);
  });

  const ended = new Promise<ProcessEnd>((resolve) => {
    const end = (how: string) => {
      clearTimeout(killing);
      log?.end();
      const written = log ? finished(log).catch(() => {}) : Promise.resolve();
      written.then(() => resolve(last ?? { kind: 'died', how }));
    };
    child.once('error', (error) => end(`the training process could not be started: ${error.message}`));
    child.once('close', async (code, signal) => {
      // What it said last may still be on its way.
      if (child.connected) await once(child, 'disconnect');
      const what = signal ? `signal ${signal}` : `exit code ${code}`;
      end(`the training process ended with ${what}${tail.trim() ? `: ${lastLines(tail)}` : ''}`);
    });
  });

  return {
    stop(graceMs) {
      if (killing) return;
      child.kill('SIGTERM');
      killing = setTimeout(() => child.kill('SIGKILL'), graceMs);
    },
    kill: () => child.kill('SIGKILL'),
    ended,
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
