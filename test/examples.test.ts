import { readFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { pathToFileURL } from 'node:url';
import test from 'ava';
import * as millrace from '../src/index.ts';

/** `expression //=> value`, in a doc comment or a fenced block. */
interface Example {
  readonly line: number;
  readonly expression: string;
  readonly value: string;
}

function examplesOf(text: string): Example[] {
  return text.split('\n').flatMap((content, index) => {
    const found = /^(?:\s*\*\s*(?:@example\s+)?)?(.+?)\s*\/\/=>\s*(.+)$/.exec(content);
    return found ? [{ line: index + 1, expression: found[1], value: found[2] }] : [];
  });
}

function run(code: string, scope: Readonly<Record<string, unknown>>): unknown {
  const script = stripTypeScriptTypes(`(${code})`).replace(/;?\s*$/, '');
  return new Function(...Object.keys(scope), `return ${script};`)(...Object.values(scope));
}

const files = (
  await Array.fromAsync(
    glob(['src/**/*.ts', 'README.md', 'docs/**/*.md'], { exclude: ['src/engine/wasm/assembly/**'] }),
  )
).sort();
let count = 0;

for (const file of files) {
  const examples = examplesOf(readFileSync(file, 'utf8'));
  if (examples.length === 0) continue;
  count += examples.length;
  test(`the examples of ${file} are true`, async (t) => {
    const own = file.endsWith('.ts') ? await import(pathToFileURL(file).href) : {};
    const scope = { ...millrace, ...own };
    for (const { line, expression, value } of examples) {
      t.deepEqual(run(expression, scope), run(value, scope), `${file}:${line} ${expression}`);
    }
  });
}

test('there are examples', (t) => {
  t.true(count > 10);
});
