import { spawn } from 'node:child_process';

/** What a process printed, and how long it lived. */
export interface Ended {
  readonly seconds: number;
  /** The last line it printed. */
  readonly line: string;
}

/**
 * Runs Node to its end in a process of its own: cold, and with its own peak of memory.
 *
 * @throws Error where it fails
 */
export async function node(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const began = performance.now();
  const child = spawn(process.execPath, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let [printed, complaint] = ['', ''];
  child.stdout.on('data', (text) => {
    printed += text;
  });
  child.stderr.on('data', (text) => {
    complaint += text;
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const seconds = (performance.now() - began) / 1000;
  if (code !== 0) throw new Error(`node ${args.join(' ')} ended with ${code}: ${complaint.slice(-2000)}`);
  return { seconds, line: printed.trim().split('\n').at(-1) ?? '' };
}

/** What `millrace train --json` tells of a run that the benchmark looks at. */
export interface TrainedRun {
  readonly rows: number;
  readonly seconds: number;
  readonly phases: { readonly fit: number; readonly train: number; readonly validate: number };
  readonly rowsPerSecond: number;
  readonly peakMemoryBytes: number;
  readonly checkpoint: string;
}

/** `millrace train FILE --engine ENGINE --out DIRECTORY` */
export async function trainCommand(
  file: string,
  engine: string,
  directory: string,
  env: Readonly<Record<string, string>> = {},
): Promise<TrainedRun> {
  const args = ['src/cli/main.ts', 'train', file, '--engine', engine, '--out', directory, '--json'];
  return JSON.parse((await node(args, env)).line) as TrainedRun;
}
