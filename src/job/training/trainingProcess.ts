/** The process that `forkTraining` forks: serves one request and exits. See `types.ts` for what it is asked and what it says. */
import { openEngine } from '../../engine/openEngine.ts';
// What a job's file imports is then there already.
import '../../index.ts';
import { compileParquet } from '../../source/parquet/compileParquet.ts';
import type { ProcessRequest, TrainingMessage } from '../types.ts';
import { serveRequest } from './serveRequest.ts';

const abort = new AbortController();
const stop = () => abort.abort(new Error('stopped'));
process.on('SIGTERM', stop);
// Ctrl-C goes to all processes of a terminal: the worker decides.
process.on('SIGINT', () => {});
process.on('disconnect', stop);

function say(message: TrainingMessage): Promise<void> {
  return new Promise((resolve) => {
    // Nobody listens to one that has outlived its worker.
    if (!process.connected) resolve();
    else process.send?.(message, undefined, undefined, () => resolve());
  });
}

// What most runs need and takes time: a process that is kept ready has it.
openEngine();
await compileParquet();

const request = await new Promise<ProcessRequest | undefined>((resolve) => {
  const leave = () => resolve(undefined);
  if (abort.signal.aborted) leave();
  abort.signal.addEventListener('abort', leave, { once: true });
  process.on('message', (message: ProcessRequest | 'stop') => {
    if (message === 'stop') stop();
    else resolve(message);
  });
  void say({ kind: 'ready' });
});
const last: TrainingMessage = request
  ? await serveRequest(request, { signal: abort.signal, say: (message) => void say(message) })
  : { kind: 'stopped', step: 0 };
await say(last);
process.exit(last.kind === 'stopped' ? 130 : last.kind === 'error' ? 1 : 0);
