import { mkdir, writeFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type LineChartOptions, lineChart } from './lineChart.ts';

export interface Presentation {
  /** Names the figure's file. */
  readonly name: string;
  /** The head of the table, then its rows. Numbers are shown with three digits. */
  readonly table: readonly (readonly (string | number)[])[];
  readonly figure: LineChartOptions;
}

/** Prints a lesson's table, and draws its figure into runs/lessons. */
export async function present({ name, table, figure }: Presentation): Promise<void> {
  const cells = table.map((row) => row.map(shown));
  const widths = cells[0].map((_, column) => Math.max(...cells.map((row) => row[column].length)));
  for (const row of cells) {
    console.log(row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join('  '));
  }
  const folder = new URL('../../runs/lessons/', import.meta.url);
  await mkdir(folder, { recursive: true });
  const file = new URL(`${name}.svg`, folder);
  await writeFile(file, lineChart(figure));
  console.log(`\n${figure.title}: ${relative(process.cwd(), fileURLToPath(file))}`);
}

function shown(cell: string | number): string {
  if (typeof cell === 'string') return cell;
  if (Number.isInteger(cell)) return `${cell}`;
  const size = Math.abs(cell);
  return size >= 1e-3 && size < 1e4 ? cell.toPrecision(3) : cell.toExponential(1);
}
