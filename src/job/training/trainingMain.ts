/** The process that `forkTraining` forks. See `types.ts` for what it is asked and what it says. */

import { openEngine } from '../../engine/openEngine.ts';
import { prepareReaders } from '../../source/readers.ts';
import type { ProcessRequest, TrainingMessage } from '../types.ts';
import { isAnswer, lasting } from './forkTraining.ts';
import { serveRequest } from './serveRequest.ts';

const isLasting = process.argv.includes(lasting);
const abort = new AbortController();
let requested = Promise.withResolvers<ProcessRequest | undefined>();
function stop(): void {
  abort.abort(new Error('stopped'));
  requested.resolve(undefined);
}
process.on('SIGTERM', stop);
// Ctrl-C goes to all processes of a terminal, and so does its end: the worker decides.
process.on('SIGINT', () => {});
process.on('SIGHUP', () => {});
process.on('disconnect', stop);
process.on('message', (message: ProcessRequest | 'stop') => {
  if (message === 'stop') stop();
  else requested.resolve(message);
});

function send(message: TrainingMessage): Promise<void> {
  return new Promise((resolve) => {
    // Nobody listens to one that has outlived its worker.
    if (!process.connected) resolve();
    else process.send?.(message, undefined, undefined, () => resolve());
  });
}

async function answer(request: ProcessRequest | undefined): Promise<TrainingMessage> {
  if (!request) return { kind: 'stopped', step: 0 };
  // A signal of its own: what listens to it goes with the request.
  const signal = AbortSignal.any([abort.signal]);
  return serveRequest(request, { signal, send: (message) => void send(message), lines: process.stdout });
}

// What most runs need and takes time: a process that is kept ready has it.
openEngine();
await prepareReaders();

for (;;) {
  void send({ kind: 'ready' });
  const request = await requested.promise;
  if (!abort.signal.aborted) requested = Promise.withResolvers();
  const last = await answer(request);
  await send(last);
  if (isLasting && isAnswer(last)) continue;
  process.exit(last.kind === 'stopped' ? 130 : last.kind === 'error' ? 1 : 0);
}
