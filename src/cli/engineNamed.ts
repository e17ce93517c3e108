import { engineNames } from '../engine/openEngine.ts';
import type { EngineName } from '../engine/types.ts';
import { didYouMean } from '../options/didYouMean.ts';
import { UsageError } from './command.ts';

/**
 * The engine that `--engine` names; undefined, for the fastest that works, where it names none.
 *
 * @throws UsageError where there is no engine of that name
 */
export function engineNamed(name: string | undefined): EngineName | undefined {
  if (name === undefined) return undefined;
  const known = engineNames.find((each) => each === name);
  if (known) return known;
  const hint = didYouMean(name, engineNames);
  throw new UsageError(`--engine: expected one of ${engineNames.join(', ')}, got ${name}.${hint ? ` ${hint}.` : ''}`);
}
