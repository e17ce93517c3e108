import { shortened } from '../../format/table.ts';
import { type Markup, markup, nothing } from '../markup.ts';

type Cell = string | Markup;

/**
 * A table with a caption; the first cell of each row is its heading.
 *
 * @param words columns of text: all others are numbers, and stand at the right
 */
export function htmlTable(
  caption: string,
  head: readonly string[],
  rows: readonly (readonly Cell[])[],
  words: readonly number[] = [],
): Markup {
  if (rows.length === 0) return nothing;
  const side = (i: number) => (i === 0 || words.includes(i) ? 'text' : 'number');
  const cell = (value: Cell) => (typeof value === 'string' ? shortened(value, 300) : value);
  return markup`<div class="wide"><table><caption>${caption}</caption>${head.length > 0 ? markup`<thead><tr>${head.map((name, i) => markup`<th scope="col" class="${side(i)}">${shortened(name, 60)}</th>`)}</tr></thead>` : nothing}<tbody>
${rows.map((row) => markup`<tr>${row.map((value, i) => (i === 0 ? markup`<th scope="row">${cell(value)}</th>` : markup`<td class="${side(i)}">${cell(value)}</td>`))}</tr>\n`)}</tbody></table></div>
`;
}

/** A share as a bar in a cell; below 0 there is none. */
export function htmlBar(share: number): Markup {
  const width = Number((100 * Math.max(0, Math.min(1, share))).toFixed(1));
  return markup`<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><rect class="fill" width="${Number.isFinite(width) ? width : 0}" height="10"/></svg>`;
}
