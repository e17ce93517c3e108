import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'ava';

const files = [
  'docs/guarantees.md',
  'docs/mathematics.md',
  'docs/results.md',
  'docs/retraining.md',
  'pipelines/lessons/README.md',
];

for (const file of files) {
  test(`the files that ${file} names are there`, (t) => {
    const text = readFileSync(file, 'utf8');
    const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, path]) => join(dirname(file), path));
    const paths = [...text.matchAll(/\b(?:src|test|pipelines|data|docs)\/[\w./-]+\.\w+/g)].map(([path]) => path);
    t.true(links.length + paths.length > 0);
    // As in a list: `test/a/b.test.ts`, `c.test.ts`.
    const tests = [...text.matchAll(/`(\w+\.test\.ts)`/g)].map(([, name]) => name);
    for (const name of tests) t.is(globSync(`test/**/${name}`).length, 1, name);
    for (const path of [...links, ...paths]) {
      t.true(existsSync(path) || path.includes('/build/'), path);
    }
  });
}
