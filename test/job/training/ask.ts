import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { forkTraining } from '../../../src/job/training/forkTraining.ts';
import type { ProcessRequest, TrainingMessage } from '../../../src/job/types.ts';

/** What a training process said, and how it ended. */
export interface Answer {
  readonly messages: readonly TrainingMessage[];
  readonly last: TrainingMessage | undefined;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stderr: string;
}

export interface AskOptions {
  /** A new one by default. */
  readonly child?: ChildProcess;
  /** Told of each message, as it comes. */
  readonly onMessage?: (message: TrainingMessage, child: ChildProcess) => void;
}

/** Gives a request to a training process and waits for its end. */
export async function ask(
  request: ProcessRequest,
  { child = forkTraining(), onMessage = () => {} }: AskOptions = {},
): Promise<Answer> {
  const messages: TrainingMessage[] = [];
  let stderr = '';
  child.stderr?.on('data', (data) => {
    stderr += data;
  });
  child.on('message', (message: TrainingMessage) => {
    messages.push(message);
    onMessage(message, child);
  });
  child.stdout?.resume();
  child.send(request, () => {});
  // One that the parent has disconnected from never says `close`.
  const ends = [once(child, 'exit'), once(child, 'disconnect'), once(child.stderr!, 'end')];
  const [[code, signal]] = await Promise.all(ends);
  return { messages, last: messages.findLast(({ kind }) => kind !== 'ready'), code, signal, stderr };
}
