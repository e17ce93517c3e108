import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { type Json, version } from '../../src/index.ts';
import type { Spread } from './turns.ts';

/** One table of the benchmark. */
export interface Section {
  readonly title: string;
  /** What was measured, and what was left out. */
  readonly notes: readonly string[];
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** The figures as they are, for programs. */
  readonly data: Json;
}

/** Three significant digits. */
export function digits(value: number): string {
  const size = Math.abs(value);
  if (size === 0 || !Number.isFinite(size)) return `${value}`;
  if (size >= 100) return Math.round(value).toLocaleString('en-US');
  return value.toFixed(Math.max(0, 2 - Math.floor(Math.log10(size))));
}

/** `3.21 (3.10 - 3.40)`: the median and the quartiles. */
export function shown({ median, low, high }: Spread, unit = 1): string {
  return `${digits(median / unit)} (${digits(low / unit)} - ${digits(high / unit)})`;
}

/** For a terminal. */
export function asText({ title, notes, head, rows }: Section): string {
  const widths = head.map((cell, i) => Math.max(cell.length, ...rows.map((row) => row[i].length)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i])))
      .join('  ')
      .trimEnd();
  return [title, ...notes.map((note) => `  ${note}`), '', line(head), ...rows.map(line), ''].join('\n');
}

function asMarkdown({ title, notes, head, rows }: Section): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [`## ${title}`, '', ...notes, '', line(head), line(head.map(() => '---')), ...rows.map(line), ''].join('\n');
}

/** The machine, and how busy it was with other things. */
export function machine(): { readonly [key: string]: Json } {
  return {
    millrace: version,
    node: process.version,
    processor: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    load: loadavg()[0],
  };
}

/**
 * Writes all sections into `NAME.json` and `NAME.md`.
 *
 * @returns the paths
 */
export function writeReport(
  directory: string,
  began: { readonly [key: string]: Json },
  sections: readonly Section[],
  name = 'bench',
): readonly string[] {
  mkdirSync(directory, { recursive: true });
  const facts = Object.entries(began).map(([key, value]) => `${key} ${value}`);
  const json = join(directory, `${name}.json`);
  const markdown = join(directory, `${name}.md`);
  const named = sections.map(({ title, notes, data }) => ({ title, notes, data }));
  writeFileSync(json, `${JSON.stringify({ machine: began, sections: named }, null, 2)}\n`);
  writeFileSync(markdown, `# Benchmark\n\n${facts.join(', ')}\n\n${sections.map(asMarkdown).join('\n')}`);
  return [json, markdown];
}
