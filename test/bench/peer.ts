import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { StepWork } from './stepWork.ts';
import type { Contestant } from './turns.ts';

/** Another library, in a process of its own that answers a line of JSON with a line of JSON. */
export interface Peer {
  /** With its version: `PyTorch 2.1.0`. */
  readonly name: string;
  /** The ways in which it may be told to use threads; an empty one where it has no choice. */
  readonly threads: readonly string[];
  /** Why it takes no part in a work, by the work's name. */
  readonly leavesOut?: Readonly<Record<string, string>>;
  /** Builds the work from a file of x, y and parameters, and gives the loss before step `checkSteps`; null where it cannot tell. */
  open(work: StepWork, file: string): Promise<number | null>;
  contestant(work: StepWork, threads: string): Contestant;
  close(): void;
}

/** Why a peer does not take part. */
export interface Absence {
  readonly missing: string;
}

interface Reply {
  readonly name?: string;
  readonly threads?: readonly string[];
  readonly missing?: string;
  readonly error?: string;
  readonly loss?: number | null;
  readonly seconds?: number;
}

/** Milliseconds for the threads of the contestant before to go to sleep: those of OpenMP and OpenBLAS spin for a while. */
const CALM_MS = 40;

export async function startPeer(command: string, args: readonly string[]): Promise<Peer | Absence> {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const failure = new Promise<Reply>((resolve) => {
    child.once('error', (error) => resolve({ missing: error.message }));
    child.once('exit', (code) => resolve({ missing: `${command} ${args.join(' ')} ended with ${code}` }));
  });
  // Writing to a process that has gone is told by `failure`.
  child.stdin.on('error', () => {});
  const lines = createInterface({ input: child.stdout });
  const line = () => Promise.race([once(lines, 'line').then(([text]): Reply => JSON.parse(text)), failure]);

  async function ask(request: object): Promise<Reply> {
    const answered = line();
    child.stdin.write(`${JSON.stringify(request)}\n`);
    const reply = await answered;
    const wrong = reply.error ?? reply.missing;
    if (wrong !== undefined) throw new Error(`${name}: ${wrong}`);
    return reply;
  }

  const { name = '', threads = [''], missing } = await line();
  if (missing !== undefined) {
    child.kill();
    return { missing };
  }
  return {
    name,
    threads,
    open: async (work, file) => (await ask({ kind: 'open', file, ...work })).loss ?? null,
    contestant: (work, how) => ({
      name: how ? `${name}, ${how}` : name,
      async measure(ms) {
        const { seconds } = await ask({ kind: 'measure', name: work.name, threads: how, ms });
        await new Promise((resolve) => setTimeout(resolve, CALM_MS));
        return seconds as number;
      },
    }),
    close: () => child.kill(),
  };
}
