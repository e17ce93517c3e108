import { readFileSync } from 'node:fs';

/** Between two looks. */
const everyMs = 1000;

/**
 * Calls back once when npm, npx or their like, which started this process, have ended: they take the signal that is sent to them, and some
 * of it never arrives here. A shell may stand between: `sh -c` dies of a SIGTERM and leaves its child behind, and outlives an npm that was killed.
 *
 * What is started otherwise is left alone, as by `nohup`; so is all where `MILLRACE_DETACHED` is set.
 *
 * @returns ends it
 */
export function whenStarterEnds(ended: () => void): () => void {
  if (!process.env.npm_config_user_agent || process.env.MILLRACE_DETACHED) return () => {};
  const ancestors = [process.ppid];
  for (
    let parent = parentOf(process.ppid);
    parent !== undefined && isShell(ancestors.at(-1)!);
    parent = parentOf(parent)
  )
    ancestors.push(parent);
  const timer = setInterval(() => {
    const areThere = ancestors.every((pid, i) => pid === (i === 0 ? process.ppid : parentOf(ancestors[i - 1])));
    if (areThere) return;
    clearInterval(timer);
    ended();
  }, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}

/** @returns undefined where the system does not say: there only the process that started this one itself is looked at */
function parentOf(pid: number): number | undefined {
  const text = statOf(pid);
  return text === undefined ? undefined : Number(/\) \S (\d+)/.exec(text)?.[1]);
}

function isShell(pid: number): boolean {
  return /\((sh|ash|dash|bash|ksh|zsh|busybox)\)/.test(statOf(pid) ?? '');
}

/** What Linux says of a process. */
function statOf(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
}
