import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'ava';

for (const file of ['docs/mathematics.md', 'docs/results.md', 'pipelines/lessons/README.md']) {
  test(`the files that ${file} names are there`, (t) => {
    const text = readFileSync(file, 'utf8');
    const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, path]) => join(dirname(file), path));
    const paths = [...text.matchAll(/\b(?:src|test|pipelines|data|docs)\/[\w./-]+\.\w+/g)].map(([path]) => path);
    t.true(links.length > 0);
    for (const path of [...links, ...paths]) {
      t.true(existsSync(path) || path.includes('/build/'), path);
    }
  });
}
