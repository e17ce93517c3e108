// Whatever those who run the tests have.
process.env.TERM = 'xterm';
for (const name of ['LOG', 'NO_COLOR']) delete process.env[name];

/** A stream that keeps what it is given: a terminal of so many columns, or none. */
export function keeping({ isTTY = false, columns = 80 }: { readonly isTTY?: boolean; readonly columns?: number } = {}) {
  return {
    isTTY,
    columns,
    text: '',
    write(text: string) {
      this.text += text;
    },
    /** What was written, line by line, without times and what clears a line. */
    get lines(): string[] {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what a terminal is told.
      const plain = this.text.replace(/\r?\x1b\[[0-9;]*[mK]/g, '').trimEnd();
      return plain.split('\n').map((line) => line.replace(/^(\d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT\S+Z) /, ''));
    },
  };
}
