import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { realClock } from '../../src/job/clock/clocks.ts';
import { loadJobs } from '../../src/job/daemon/loadJobs.ts';
import { runDaemon } from '../../src/job/daemon/runDaemon.ts';

/** A daemon or a worker in a process of its own, with the trainer of the tests; its options as JSON in the arguments. */
export interface DaemonProcessOptions {
  readonly home: string;
  readonly url?: string;
  readonly files: readonly string[];
  readonly concurrency: number;
  readonly leaseMs: number;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { files, url, ...options }: DaemonProcessOptions = JSON.parse(process.argv[2]);
  const trainer = fileURLToPath(new URL('trainer.ts', import.meta.url));
  const abort = new AbortController();
  process.on('SIGTERM', () => abort.abort());
  await runDaemon({
    ...options,
    url,
    load: files.length > 0 ? () => loadJobs(files) : undefined,
    clock: realClock,
    fork: () => fork(trainer, [], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] }),
    signal: abort.signal,
    log: (level, message) => console.error(`${level}: ${message}`),
  });
  process.exit(0);
}
