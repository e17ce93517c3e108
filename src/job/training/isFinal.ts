import { DataError, NumericError, OptionError, ResumeError, SchemaError, ShapeError } from '../../errors.ts';

/** Whether trying again would end in the same error: what is wrong lies in the declaration or in the rows, not in the machine. */
export function isFinal(error: unknown): boolean {
  const kinds = [OptionError, SchemaError, ShapeError, DataError, NumericError, ResumeError];
  return kinds.some((kind) => error instanceof kind);
}
