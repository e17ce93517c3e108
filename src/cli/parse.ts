import { type ParseArgsConfig, parseArgs } from 'node:util';
import { UsageError } from './command.ts';

/**
 * `util.parseArgs` in strict form, with as many positional arguments as the command takes.
 *
 * @throws UsageError where an option is unknown, or there are too few or too many arguments
 */
export function parse<const Options extends NonNullable<ParseArgsConfig['options']>>(
  args: readonly string[],
  options: Options,
  positionals: { readonly least: number; readonly most: number; readonly names: string },
) {
  const parsed = attempt(() => parseArgs({ args: [...args], options, strict: true, allowPositionals: true }));
  const count = parsed.positionals.length;
  if (count < positionals.least || count > positionals.most) {
    throw new UsageError(
      `expected ${positionals.names}, got ${count === 0 ? 'nothing' : parsed.positionals.join(' ')}`,
    );
  }
  return parsed;
}

function attempt<T>(action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
