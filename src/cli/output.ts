import { log } from '../sink/log.ts';
import { progress } from '../sink/progress.ts';
import type { Sink } from '../sink/types.ts';
import type { OnReading } from '../source/types.ts';

/** Options of all commands that take a while. */
export const outputOptions = {
  json: { type: 'boolean', default: false },
  quiet: { type: 'boolean', default: false },
} as const;

/**
 * What goes to stderr, for the rest of the process: with `--json` the log is lines of JSON, with `--quiet` warnings and errors alone. The
 * environment variable `LOG` says so to all that write there.
 */
export function setOutput({ json, quiet }: { readonly json: boolean; readonly quiet: boolean }): void {
  const words = [process.env.LOG ?? '', json ? 'json' : '', quiet ? 'quiet' : ''];
  process.env.LOG = words.filter((word) => word !== '').join(',');
}

/** A pipeline's sinks, with those that say on stderr how it goes: who trains from the command line sees that, also of a pipeline without sinks. */
export function withConsole(sinks: readonly Sink[]): readonly Sink[] {
  const has = (wanted: string) => sinks.some(({ name }) => name === wanted);
  return [...(has('progress') ? [] : [progress()]), ...(has('log') ? [] : [log()]), ...sinks];
}

/** Shows on stderr how far a source has been read: a bar in a terminal, elsewhere a line for every ten seconds. */
export function readingOnConsole(): OnReading {
  const shown = [progress(), log()];
  return (state) => {
    for (const { reading } of shown) reading?.(state);
  };
}
