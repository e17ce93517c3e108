/**
 * Builds the documentation site into `docs/dist`: the pages of this folder, which GitHub shows as they are, and the
 * reference from the doc comments. Nothing is fetched. Fails where a link of the site leads nowhere.
 */

import { spawnSync } from 'node:child_process';
import { cpSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { bundleModel } from '../src/browser/bundle.ts';
import { bundleParquet } from './bundleParquet.ts';

const docs = import.meta.dirname;
const content = join(docs, 'src/content/docs');
const site = join(docs, 'dist');

/** The pages of the site that lie outside of this folder. */
const elsewhere = { lessons: resolve(docs, '../pipelines/lessons/README.md') };

const pages = new Map<string, string>(
  [...globSync('*.md', { cwd: docs }), ...globSync('recipes/*.md', { cwd: docs })].map((path) => [
    resolve(docs, path),
    path.replace(/\.md$/, ''),
  ]),
);
for (const [slug, path] of Object.entries(elsewhere)) pages.set(path, slug);

/** A page for the site: its heading becomes the title, and links to files become links to pages. */
function sitePage(path: string): string {
  const text = readFileSync(path, 'utf8');
  const title = /^# (.+)\n/m.exec(text)?.[1];
  if (!title) throw new Error(`${path}: expected a heading, "# ..."`);
  const body = text
    .replace(`# ${title}\n`, '')
    .replace(/(!?)\[([^\]]*)\]\((?!https?:|#)([^)#\s]+)(#[^)]*)?\)/g, (_, image, label, target, anchor = '') => {
      const file = resolve(dirname(path), target);
      const slug = pages.get(file);
      if (image) return `![${label}](/images/${basename(file)})`;
      // A file of the repository that is no page of the site is named, not linked.
      return slug === undefined ? label : `[${label}](/${slug === 'index' ? '' : `${slug}/`}${anchor})`;
    });
  return `---\ntitle: ${JSON.stringify(title)}\n---\n${body}`;
}

rmSync(content, { recursive: true, force: true });
for (const [path, slug] of pages) {
  const to = join(content, `${slug}.md`);
  mkdirSync(dirname(to), { recursive: true });
  writeFileSync(to, sitePage(path));
}
for (const folder of ['images', 'try']) cpSync(join(docs, folder), join(docs, 'public', folder), { recursive: true });
// The page that predicts runs the model's build for browsers.
writeFileSync(join(docs, 'public/try/model.js'), await bundleModel('esm'));
writeFileSync(join(docs, 'public/try/parquet.js'), await bundleParquet());

const { status } = spawnSync(process.execPath, [join(docs, 'node_modules/astro/bin/astro.mjs'), 'build'], {
  cwd: docs,
  stdio: 'inherit',
  env: { ...process.env, ASTRO_TELEMETRY_DISABLED: '1' },
});
if (status !== 0) process.exit(status ?? 1);

const html = new Map(
  globSync('**/*.html', { cwd: site }).map((path) => [path, readFileSync(join(site, path), 'utf8')]),
);
const files = new Set(globSync('**/*', { cwd: site }));
const dead: string[] = [];
for (const [path, text] of html) {
  for (const [, link] of text.matchAll(/\s(?:href|src)="([^"]+)"/g)) {
    if (/^(?:[a-z]+:|\/\/)/.test(link)) continue;
    const { pathname, hash } = new URL(link, `http://site/${path.replace(/index\.html$/, '')}`);
    const target = decodeURIComponent(pathname).slice(1);
    const page = target === '' || target.endsWith('/') ? `${target}index.html` : target;
    const anchor = decodeURIComponent(hash.slice(1));
    if (!files.has(page)) dead.push(`${path}: ${link}`);
    else if (anchor && anchor !== '_top' && !html.get(page)?.includes(`id="${anchor}"`)) dead.push(`${path}: ${link}`);
  }
}
if (dead.length > 0) {
  console.error(`${dead.length} links lead nowhere:\n${[...new Set(dead)].join('\n')}`);
  process.exit(1);
}
console.log(`${html.size} pages in ${relative(process.cwd(), site)}, all links lead somewhere`);
