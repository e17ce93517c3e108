import { type ParseArgsConfig, parseArgs } from 'node:util';
import { didYouMean } from '../options/didYouMean.ts';
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
  const parsed = attempt(Object.keys(options), () =>
    parseArgs({ args: [...args], options, strict: true, allowPositionals: true }),
  );
  const count = parsed.positionals.length;
  if (count < positionals.least || count > positionals.most) {
    throw new UsageError(
      `expected ${positionals.names}, got ${count === 0 ? 'nothing' : parsed.positionals.join(' ')}`,
    );
  }
  return parsed;
}

function attempt<T>(names: readonly string[], action: () => T): T {
  try {
    return action();
  } catch (error) {
    // No command has a use for an argument that begins with a dash, of which Node goes on to tell.
    const [message] = (error as Error).message.split('. To specify');
    const unknown = /^Unknown option '(--[^']+)'/.exec(message)?.[1];
    const hint =
      unknown &&
      didYouMean(
        unknown,
        names.map((name) => `--${name}`),
      );
    throw new UsageError(hint ? `${message}. ${hint}` : message);
  }
}
