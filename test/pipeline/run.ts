import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { ExecutionContext } from 'ava';
import type { Pipeline, Sink, Summary } from '../../src/index.ts';

/** A folder that goes when the test has ended. */
export async function temporaryFolder(t: ExecutionContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** What a process of the command line left behind. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A signal that a process is sent. */
export interface Kill {
  readonly signal: NodeJS.Signals;
  readonly afterMs: number;
  /** The time counts from the first line on stderr that matches; from the start by default. */
  readonly since?: RegExp;
}

export interface MillraceOptions {
  readonly kill?: Kill;
  /** @default the root of the checkout */
  readonly cwd?: string;
  /** What the process reads from its standard input; nothing by default. */
  readonly input?: string | Uint8Array | Readable;
  /** Put over the environment of the test. */
  readonly env?: Readonly<Record<string, string>>;
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

/** The command line in a process of its own. */
export function millrace(
  args: readonly string[],
  { kill, cwd = root, input, env }: MillraceOptions = {},
): Promise<Ended & { readonly msFromKill: number }> {
  const child = spawn(process.execPath, [main, ...args], {
    cwd,
    // Many processes read the same sources.
    env: { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), 'millrace-compiled'), ...env },
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  });
  // One that has read enough closes it.
  child.stdin?.on('error', () => {});
  if (input instanceof Readable) input.pipe(child.stdin!);
  else child.stdin?.end(input);
  let timer: NodeJS.Timeout | undefined;
  let killedAt = Number.NaN;
  let stdout = '';
  let stderr = '';
  const arm = () => {
    if (!kill || timer || (kill.since && !kill.since.test(stderr))) return;
    timer = setTimeout(() => {
      killedAt = performance.now();
      child.kill(kill.signal);
    }, kill.afterMs);
  };
  arm();
  child.stdout!.on('data', (data) => {
    stdout += data;
  });
  child.stderr!.on('data', (data) => {
    stderr += data;
    arm();
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ code, signal, stdout, stderr, msFromKill: performance.now() - killedAt });
    });
  });
}

/** The summary that `train --json` has printed. */
export function summaryOf({ stdout, stderr }: Ended): Summary {
  try {
    return JSON.parse(stdout);
  } catch {
    throw new Error(`no summary on stdout: ${stdout}\n${stderr}`);
  }
}

/** The pipeline with a sink that interrupts it after a step. */
export function stoppedAt(
  pipeline: Pipeline,
  step: number,
): { readonly pipeline: Pipeline; readonly signal: AbortSignal } {
  const abort = new AbortController();
  const stop: Sink = {
    name: 'stop',
    onError: 'stop',
    open: () => ({
      write(event) {
        if (event.kind === 'step' && event.step === step) abort.abort();
      },
      close() {},
    }),
  };
  return { pipeline: { ...pipeline, sinks: [...pipeline.sinks, stop] }, signal: abort.signal };
}
