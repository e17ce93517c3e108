import { globSync, readFileSync } from 'node:fs';

/** The documents that are checked: what readers see first, the pages of the site, and the lessons. */
export const pages = [
  'README.md',
  'CONTRIBUTING.md',
  ...globSync(['docs/*.md', 'docs/recipes/*.md']).sort(),
  'pipelines/lessons/README.md',
];

/** A fenced block of code. */
export interface CodeBlock {
  readonly language: string;
  /** The name of the file that the block is, where its fence says one: ```` ```ts title="train.ts" ````. */
  readonly title: string | undefined;
  readonly code: string;
  /** The number of the fence's line, from 1. */
  readonly line: number;
}

/** The blocks of a page, or those in the doc comments of a file of TypeScript. */
export function codeBlocks(page: string): CodeBlock[] {
  const file = readFileSync(page, 'utf8');
  const text = page.endsWith('.ts') ? file.replace(/^\s*\* ?/gm, '') : file;
  return [...text.matchAll(/^```(\w+)(.*)\n([\s\S]*?)^```$/gm)].map(({ index, 1: language, 2: info, 3: code }) => ({
    language,
    title: /title="([^"]+)"/.exec(info)?.[1],
    code,
    line: text.slice(0, index).split('\n').length,
  }));
}

/** The files that pages name, each by its title: a page may import the pipeline of another. */
export const titledFiles: ReadonlyMap<string, string> = new Map(
  pages
    .flatMap((page) => codeBlocks(page))
    .flatMap(({ title, code }) => (title === undefined ? [] : [[title, code] as const])),
);
