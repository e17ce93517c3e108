import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ExecutionContext } from 'ava';
import type { DaemonProcessOptions } from './daemonProcess.ts';
import type { Conduct } from './trainer.ts';

/** A daemon that runs in a process of its own. */
export interface DaemonProcess {
  readonly child: ChildProcess;
  /** Lines that it has logged. */
  readonly logged: readonly string[];
  /** Resolves when a line matches, or so many do; rejects when it ends before. */
  untilLogged(pattern: RegExp, lines?: number): Promise<void>;
  /** Sends a signal, and waits for the end. @returns the exit code, null where a signal ended it */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

const script = fileURLToPath(new URL('daemonProcess.ts', import.meta.url));

/** Starts a daemon; it is killed when the test ends. */
export function startDaemon(t: ExecutionContext, options: DaemonProcessOptions, conduct: Conduct = {}): DaemonProcess {
  const child = spawn(process.execPath, [script, JSON.stringify(options)], {
    env: { ...process.env, MILLRACE_TEST_CONDUCT: JSON.stringify(conduct) },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const exited = once(child, 'exit');
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    const [code] = await exited;
    return code;
  };
  t.teardown(() => end('SIGKILL'));
  const logged: string[] = [];
  let changed = () => {};
  let rest = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    const lines = `${rest}${text}`.split('\n');
    rest = lines.pop() ?? '';
    logged.push(...lines);
    changed();
  });
  return {
    child,
    logged,
    end,
    untilLogged: (pattern, lines = 1) =>
      new Promise((resolve, reject) => {
        changed = () => logged.filter((line) => pattern.test(line)).length >= lines && resolve();
        changed();
        exited.then(() => reject(new Error(`it has ended: ${logged.join('\n')}`)));
      }),
  };
}
