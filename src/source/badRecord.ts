/** A record that cannot be read, before its place in the file is known. */
export class BadRecord extends Error {
  /** The offset in the bytes that were looked at. */
  readonly at: number;
  readonly expected: string;
  readonly received: string;
  readonly hint: string | undefined;

  constructor(at: number, expected: string, received: string, hint?: string) {
    super(received);
    this.at = at;
    this.expected = expected;
    this.received = received;
    this.hint = hint;
  }
}
