/** Numbers for people: `2,851,203`. */
export function count(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** Bytes for people, in units of 10^6: `265 MB`. */
export function megabytes(bytes: number): string {
  return `${count(bytes / 1e6)} MB`;
}

/** Six decimals less the zeros at the end: `0.70312`. */
export function decimal(value: number, digits = 5): string {
  return Number(value.toPrecision(digits)).toString();
}

/** The first words of a text that may be long: `auc is 0.98, the…` */
export function shortened(text: string, most = 80): string {
  return text.length <= most ? text : `${text.slice(0, most).replace(/\s+\S*$/, '')}…`;
}

/** Rows of text in columns, each as wide as its widest; the columns named in `right` are aligned at the right. */
export function table(rows: readonly (readonly string[])[], right: readonly number[] = []): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => (right.includes(column) ? cell.padStart(widths[column]) : cell.padEnd(widths[column])))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
