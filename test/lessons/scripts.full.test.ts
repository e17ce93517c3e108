import { execFile } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { promisify } from 'node:util';
import test from 'ava';

const list = readFileSync('pipelines/lessons/README.md', 'utf8');
const lessons = globSync('pipelines/lessons/*.ts').filter((file) =>
  readFileSync(file, 'utf8').includes('import.meta.main'),
);

test('there are seven lessons', (t) => {
  t.is(lessons.length, 7);
});

for (const lesson of lessons.sort()) {
  const name = basename(lesson, '.ts');
  test.serial(`${name} prints the table that the list of lessons shows, and draws its figure`, async (t) => {
    const { stdout } = await promisify(execFile)(process.execPath, [lesson]);
    const [table, told] = stdout.trimEnd().split('\n\n');
    for (const line of table.split('\n')) t.true(list.includes(`    ${line.trimEnd()}\n`), line);
    t.regex(told, new RegExp(`${name}\\.svg$`));
    t.regex(readFileSync(`runs/lessons/${name}.svg`, 'utf8'), /^<svg [\s\S]*<polyline[\s\S]*<\/svg>\n$/);
    t.true(existsSync(`test/lessons/${name}.test.ts`));
  });
}
