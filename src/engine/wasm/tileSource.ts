/** How a lies: by rows, as in a matrix, or by columns, transposed or packed. */
const layouts = ['Rows', 'Columns'] as const;
/** Columns of a tile: two vectors of four numbers, or four where two of them make one of 256 bits. */
const widths = [8, 16] as const;

const PARAMETERS = ['out', 'outStep', 'from', 'fromStep', 'a', 'aStep', 'b', 'bStep', 'k'];
const declared = PARAMETERS.map((name) => `${name}: usize`).join(', ');

/** Lines for each of `count`. */
const each = (count: number, line: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => line(i)).join('\n');

/**
 * The register tile in AssemblyScript, for 1 to `mostRows` rows: a register has no index, so its loops over rows and vectors run here.
 *
 *   out[rows, columns] = from[rows, columns] + a[rows, k] b[k, columns]
 *
 * All sums stay in registers: of the 16 that x64 has, 6 rows of two vectors take 12, two hold b and one a number of a. Steps are in
 * bytes from one row of a matrix to the next; a `fromStep` of 0 begins each row with the same numbers. Each sum runs over k in ascending
 * order, so that a result depends neither on its neighbours nor on the width of the tile.
 *
 * @returns a module that exports `tileByRows` and `tileByColumns`, which take the columns and rows of the tile before all that
 */
export function tileSource(mostRows: number): string {
  const sizes = widths.flatMap((columns) => Array.from({ length: mostRows }, (_, i) => [columns, i + 1] as const));
  const tiles = layouts.map((layout) => {
    const cases = sizes.map(
      ([columns, rows]) =>
        `case ${32 * rows + columns}: return tile${layout}${columns}x${rows}(${PARAMETERS.join(', ')});`,
    );
    return `${sizes.map(([columns, rows]) => tileOf(layout, columns, rows)).join('\n')}
export function tileBy${layout}(columns: i32, rows: i32, ${declared}): void {
switch (32 * rows + columns) {
${cases.join('\n')}
}
}`;
  });
  return `import { madd } from './simd';\n${tiles.join('\n')}\n`;
}

function tileOf(layout: (typeof layouts)[number], columns: number, rows: number): string {
  const vectors = columns / 4;
  const eachSum = (line: (row: number, vector: number) => string) =>
    each(rows, (row) => each(vectors, (vector) => line(row, vector)));
  const numberOfA = (row: number) => (layout === 'Rows' ? `a${row} + at` : `a, ${4 * row}`);
  return `function tile${layout}${columns}x${rows}(${declared}): void {
${layout === 'Rows' ? each(rows, (row) => `const a${row} = a + ${row} * aStep;`) : ''}
${eachSum((row, vector) => `let c${row}_${vector} = v128.load(from + ${row} * fromStep, ${16 * vector});`)}
for (let at: usize = 0, end = k << 2; at != end; at += 4) {
  ${each(vectors, (vector) => `const b${vector} = v128.load(b, ${16 * vector});`)}
  let s: v128;
  ${each(
    rows,
    (row) => `s = v128.load_splat<f32>(${numberOfA(row)});
  ${each(vectors, (vector) => `c${row}_${vector} = madd(s, b${vector}, c${row}_${vector});`)}`,
  )}
  b += bStep;
  ${layout === 'Columns' ? 'a += aStep;' : ''}
}
${eachSum((row, vector) => `v128.store(out + ${row} * outStep, c${row}_${vector}, ${16 * vector});`)}
}`;
}
