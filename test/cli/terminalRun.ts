import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ExecutionContext } from 'ava';
import { temporaryFolder } from '../pipeline/run.ts';

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

export interface TerminalOptions {
  /** @default 80 */
  readonly columns?: number;
  /** @default the root of the checkout */
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * What a terminal is given by the command line, stdout and stderr together, with what draws and colours; undefined, with a word in the log, where there is no `script` of
 * util-linux.
 */
export async function inTerminal(
  t: ExecutionContext,
  args: readonly string[],
  { columns = 80, cwd, env }: TerminalOptions = {},
): Promise<{ readonly code: number | null; readonly text: string } | undefined> {
  if (!(process.platform === 'linux' && spawnSync('script', ['--version']).stdout?.includes('util-linux'))) {
    t.log('skipped: there is no `script` of util-linux');
    t.pass();
    return undefined;
  }
  const typescript = join(await temporaryFolder(t), 'typescript');
  const command = `stty cols ${columns}; ${[process.execPath, main, ...args].map((each) => `'${each}'`).join(' ')}`;
  const { LOG: _, NO_COLOR: __, ...inherited } = process.env;
  const { status } = spawnSync('script', ['-qec', command, typescript], {
    stdio: 'ignore',
    ...(cwd && { cwd }),
    env: { ...inherited, TERM: 'xterm', ...env },
  });
  const text = await readFile(typescript, 'utf8');
  return { code: status, text: text.replace(/^Script started.*\n/, '').replace(/\n?Script done.*\n$/, '') };
}
