import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import test from 'ava';
import { pages } from './pages.ts';

/** The anchors of a page's headings, as GitHub makes them. */
function anchors(path: string): Set<string> {
  const text = readFileSync(path, 'utf8').replace(/^```[\s\S]*?^```$/gm, '');
  const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => heading);
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

for (const page of pages) {
  const text = readFileSync(page, 'utf8');

  test(`the links of ${page} lead somewhere`, (t) => {
    for (const [, path, anchor] of text.matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)/g)) {
      const target = path === '' ? page : join(dirname(page), path);
      t.true(existsSync(target), target);
      if (anchor !== undefined) t.true(anchors(target).has(anchor), `${target}#${anchor}`);
    }
    t.pass();
  });

  test(`the files that ${page} names are there`, (t) => {
    const paths = [...text.matchAll(/\b(?:src|test|pipelines|data|docs)\/[\w./-]+\.\w+/g)].map(([path]) => path);
    for (const path of paths) t.true(existsSync(path) || path.includes('/build/'), path);
    // As in a list: `test/a/b.test.ts`, `c.test.ts`.
    const tests = [...text.matchAll(/`(\w[\w.]*\.test\.ts)`/g)].map(([, name]) => name);
    for (const name of tests) t.is(globSync(`test/**/${name}`).length, 1, name);
    t.pass();
  });

  test(`the lines of ${page} are short, and its tables line up`, (t) => {
    const lines = text.replace(/^```[\s\S]*?^```$/gm, (block) => block.replace(/.+/g, '')).split('\n');
    for (const [i, line] of lines.entries()) {
      t.true(line.length <= 120 || line.startsWith('    '), `${page}:${i + 1} has ${line.length} characters`);
      if (!line.startsWith('|') || !lines[i - 1]?.startsWith('|')) continue;
      const bars = (row: string) => [...row.replaceAll('\\|', '  ').matchAll(/\|/g)].map(({ index }) => index);
      t.deepEqual(bars(line), bars(lines[i - 1]), `${page}:${i + 1} does not line up with the line before`);
    }
    t.pass();
  });
}

test('every page is in the sidebar of the site', (t) => {
  const sidebar = readFileSync('docs/astro.config.mjs', 'utf8');
  for (const page of globSync('docs/*.md')) {
    const name = basename(page, '.md');
    if (name !== 'index') t.true(sidebar.includes(`'${name}'`), page);
  }
});
