/** The bytes of a record, with its line end. */
export interface RecordSpan {
  readonly begin: number;
  readonly next: number;
}

/** A record that cannot be read, before its place in the file is known. */
export class BadRecord extends Error {
  /** The offset in the bytes that were looked at; in the input, once it has left them. */
  at: number;
  readonly expected: string;
  readonly received: string;
  readonly hint: string | undefined;
  /** What is to be passed over where reading shall go on; none where it cannot. */
  readonly span: RecordSpan | undefined;

  constructor(at: number, expected: string, received: string, hint?: string, span?: RecordSpan) {
    super(received);
    this.at = at;
    this.expected = expected;
    this.received = received;
    this.hint = hint;
    this.span = span;
  }
}
