import { shellWord } from '../options/shown.ts';
import type { RunConfig } from './types.ts';

/** The command that trains the same once more; undefined where a program has declared the pipeline. */
export function reproduce({ file, settings, engine }: RunConfig): string | undefined {
  if (file === null) return undefined;
  const set = Object.entries(settings).flatMap(([key, value]) => ['--set', `${key}=${JSON.stringify(value)}`]);
  const threads = engine.threads ? ['--threads', `${engine.threads}`] : [];
  return ['npx millrace train', ...[file, ...set, '--engine', engine.name, ...threads].map(shellWord)].join(' ');
}
