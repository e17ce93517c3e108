/**
 * What went wrong, said the same way everywhere: where it was, what was expected, what came, and what to do.
 *
 * One class a kind, so that a program can tell them apart with `instanceof`; a person reads the message alone.
 */
export interface ErrorDetails {
  /** The place: source, file, row, stage, layer or option, as the user named it. */
  readonly where: string;
  /** What should have been there. */
  readonly expected: string;
  /** What was there. */
  readonly received: string;
  /** What the user can do about it: one sentence, without a full stop. */
  readonly hint?: string;
  /** The error below, when there is one. */
  readonly cause?: unknown;
  /** The column, where it is of one, for programs: `where` names it, too. */
  readonly column?: string;
  /** The row, from 0, of several that were given at once. */
  readonly row?: number;
}

/** The parent of all errors that Millrace throws on purpose; any other error is a defect of ours or of a user's function. */
export class MillraceError extends Error {
  readonly where: string;
  readonly expected: string;
  readonly received: string;
  readonly hint: string | undefined;
  readonly column: string | undefined;
  readonly row: number | undefined;

  constructor({ where, expected, received, hint, cause, column, row }: ErrorDetails) {
    super(`${where}: expected ${expected}, got ${received}.${hint ? ` ${hint}.` : ''}`, { cause });
    this.name = new.target.name;
    this.where = where;
    this.expected = expected;
    this.received = received;
    this.hint = hint;
    this.column = column;
    this.row = row;
  }
}

/** An option is missing, of the wrong type or out of bounds. Thrown when a thing is built, before any row is read. */
export class OptionError extends MillraceError {}

/** Two sizes that must fit do not: in a layer, a kernel or a loss. */
export class ShapeError extends MillraceError {}

/** A source cannot be opened or read: no such file, cut, damaged, changed while it was read. */
export class SourceError extends MillraceError {}

/** A column is not there, or is of a type that its use does not take. */
export class SchemaError extends MillraceError {}

/** A row holds a value that its column's declared use does not allow. */
export class DataError extends MillraceError {}

/** A loss, a gradient or a parameter is NaN or infinite. */
export class NumericError extends MillraceError {}

/** Rows that outgrow memory cannot be dealt to disk, or read back from it. */
export class SpillError extends MillraceError {}

/** A checkpoint cannot be written, or is damaged, cut or of another format. */
export class CheckpointError extends MillraceError {}

/** A checkpoint is whole but belongs to another pipeline, source or library version. */
export class ResumeError extends MillraceError {}

/** A folder cannot be taken for this process: another one holds it, or it cannot be written to. */
export class LockError extends MillraceError {}

/** A sink is not done in the time that it has. */
export class SinkError extends MillraceError {}

/** Rows that cannot be used cannot be written down. */
export class BadRowFileError extends MillraceError {}
