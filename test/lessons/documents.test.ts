import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
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

test('each lesson has a test, and its place in the list', (t) => {
  const list = readFileSync('pipelines/lessons/README.md', 'utf8');
  const lessons = globSync('pipelines/lessons/*.ts').filter((file) =>
    readFileSync(file, 'utf8').includes('import.meta.main'),
  );
  t.is(lessons.length, 7);
  for (const lesson of lessons) {
    const name = basename(lesson, '.ts');
    t.true(existsSync(`test/lessons/${name}.test.ts`), name);
    t.true(list.includes(`${name}.ts`), name);
  }
});
