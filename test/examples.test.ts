import { readFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { pathToFileURL } from 'node:url';
import test from 'ava';
import { entryPoints, millrace } from './entryPoints.ts';

/** `expression //=> value`, in a doc comment or a fenced block. */
interface Example {
  readonly line: number;
  /** What stands before it in its block. */
  readonly before: string;
  readonly expression: string;
  readonly value: string;
}

function examplesOf(text: string): Example[] {
  let before = '';
  let isFenced = false;
  return text.split('\n').flatMap((content, index) => {
    if (/^\s*(?:\*\s*)?```/.test(content)) {
      isFenced = !isFenced;
      before = '';
      return [];
    }
    const found = /^(?:\s*\*\s*(?:@example\s+)?)?(.+?)\s*\/\/=>\s*(.+)$/.exec(content);
    if (found) return [{ line: index + 1, before, expression: found[1], value: found[2] }];
    if (isFenced) before += `${content.replace(/^\s*\*\s?/, '')}\n`;
    return [];
  });
}

async function run(before: string, code: string, scope: Readonly<Record<string, unknown>>): Promise<unknown> {
  const script = stripTypeScriptTypes(`(${code.replace(/;$/, '')})`);
  const body = `return (async () => { ${before}\nreturn ${script}; })();`;
  return new Function(...Object.keys(scope), body)(...Object.values(scope));
}

const files = (
  await Array.fromAsync(
    glob(['src/**/*.ts', 'README.md', 'docs/**/*.md'], {
      exclude: ['src/engine/wasm/assembly/**', 'docs/{node_modules,src,dist}/**'],
    }),
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
    for (const { line, before, expression, value } of examples) {
      t.deepEqual(await run(before, expression, scope), await run('', value, scope), `${file}:${line} ${expression}`);
    }
  });
}

test('there are examples', (t) => {
  t.true(count > 10);
});

test('every exported function has an example in its doc comment', async (t) => {
  const sources = files.filter((file) => file.endsWith('.ts')).map((file) => readFileSync(file, 'utf8'));
  const declarations = sources.flatMap((text) => [
    ...text.matchAll(/\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*export (?:async )?(?:function\*?|const) (\w+)/g),
  ]);
  for (const [entry, source] of entryPoints) {
    const exported: Record<string, unknown> = await import(pathToFileURL(source).href);
    for (const [name, value] of Object.entries(exported)) {
      if (typeof value !== 'function' || value.prototype instanceof Error) continue;
      const comments = declarations.flatMap(([, comment, declared]) => (declared === name ? [comment] : []));
      t.true(
        comments.some((comment) => comment.includes('@example')),
        `${name} of ${entry}`,
      );
    }
  }
});
