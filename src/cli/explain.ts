import { inspect } from 'node:util';
import { MillraceError } from '../errors.ts';

/**
 * An error for people: the message alone where it was thrown on purpose or by the system; where it is a defect of ours or of a
 * function in the pipeline, also the place that threw it. All stacks when they are asked for.
 */
export function explain(error: unknown, stack = Boolean(process.env.MILLRACE_STACK)): string {
  if (!(error instanceof Error)) return `millrace: ${error}`;
  if (stack) return `millrace: ${inspect(error)}`;
  if (error instanceof MillraceError || 'code' in error) return `millrace: ${error.message}`;
  const place = /^ +at .*$/m.exec(error.stack ?? '')?.[0].trim();
  return `millrace: ${error}${place ? `\n    ${place}` : ''}\nMILLRACE_STACK=1 shows the whole stack.`;
}
