/**
 * A table of text as rows by column: commas, semicolons or tabs, whichever the first line has most of, and values in quotes (RFC 4180).
 *
 * @throws Error where a line has another number of values than the first, or a quote is not closed
 */
export function parseTable(text) {
  const clean = text.replace(/^\uFEFF/, '');
  const head = clean.slice(0, clean.search(/\r?\n|$/));
  const delimiter = [',', ';', '\t'].sort((a, b) => head.split(b).length - head.split(a).length)[0];
  const lines = [];
  let [line, value, isQuoted] = [[], '', false];
  for (let i = 0; i < clean.length; i++) {
    const letter = clean[i];
    if (isQuoted) {
      if (letter !== '"') value += letter;
      else if (clean[i + 1] === '"') value += clean[++i];
      else isQuoted = false;
    } else if (letter === '"' && value === '') isQuoted = true;
    else if (letter === delimiter) value = void line.push(value) ?? '';
    else if (letter === '\n') {
      line.push(value.replace(/\r$/, ''));
      lines.push(line);
      [line, value] = [[], ''];
    } else value += letter;
  }
  if (isQuoted) throw new Error('a quote is not closed at the end of the file');
  if (value !== '' || line.length > 0) lines.push([...line, value]);
  const [names = [], ...rows] = lines;
  return {
    names,
    rows: rows
      .filter((values) => values.length > 1 || values[0] !== '')
      .map((values, i) => {
        if (values.length !== names.length)
          throw new Error(`row ${i}: expected ${names.length} values, got ${values.length}`);
        return Object.fromEntries(names.map((name, k) => [name, values[k]]));
      }),
  };
}

/** Rows as CSV. */
export function textOf(names, rows) {
  const cell = (value) =>
    /[",\r\n]/.test(`${value ?? ''}`) ? `"${`${value}`.replaceAll('"', '""')}"` : `${value ?? ''}`;
  return `${[names, ...rows.map((row) => names.map((name) => row[name]))].map((values) => values.map(cell).join(',')).join('\n')}\n`;
}
