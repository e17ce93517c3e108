import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import test from 'ava';
import { entryPoints } from '../entryPoints.ts';
import { codeBlocks, pages, titledFiles } from './pages.ts';

/** Makes `millrace` the sources of this checkout, for the process and for those that it starts. */
const sources = Object.fromEntries([...entryPoints].map(([name, path]) => [name, new URL(`file://${resolve(path)}`)]));
const resolver = `
import { registerHooks } from 'node:module';
const sources = ${JSON.stringify(sources)};
registerHooks({ resolve: (name, context, next) => next(sources[name] ?? name, context) });
`;

interface Command {
  readonly line: string;
  readonly output: string;
}

/** The commands of a block of `console`, `$ node train.ts`, each with what it prints. */
function commandsOf(code: string): Command[] {
  return code
    .split(/^\$ /m)
    .slice(1)
    .map((text) => ({ line: text.split('\n')[0], output: text.split('\n').slice(1).join('\n').trim() }));
}

/** Whether a text is as expected, in which `...` stands for the rest of a line, and a line of it for any lines. */
function isAsExpected(text: string, expected: string): boolean {
  const pattern = expected
    .split(/^\.\.\.$/m)
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll('\\.\\.\\.', '.*'))
    .join('[\\s\\S]*');
  return new RegExp(`^${pattern}$`).test(text);
}

for (const page of pages) {
  const blocks = codeBlocks(page);
  const commands = blocks.filter(({ language }) => language === 'console').flatMap(({ code }) => commandsOf(code));
  if (commands.length === 0) continue;

  test(`what ${page} runs prints what it says`, (t) => {
    // A busy machine is slow.
    t.timeout(600_000);
    mkdirSync('build', { recursive: true });
    const folder = mkdtempSync('build/run-');
    t.teardown(() => rmSync(folder, { recursive: true }));
    for (const [title, code] of titledFiles) writeFileSync(join(folder, title), code);
    writeFileSync(join(folder, 'resolver.mjs'), resolver);
    const env = { ...process.env, NODE_OPTIONS: `--import=${new URL(`file://${resolve(folder)}/resolver.mjs`)}` };
    for (const { line, output } of commands) {
      const [program, ...words] = line.split(' ');
      const args = program === 'node' ? words : [resolve('src/cli/main.ts'), ...words.slice(1)];
      t.true(program === 'node' || line.startsWith('npx millrace '), line);
      const { stdout, stderr, status } = spawnSync(process.execPath, args, { cwd: folder, env, encoding: 'utf8' });
      t.is(status, 0, `${line}\n${stdout}\n${stderr}`);
      t.true(isAsExpected(stdout.trim(), output), `${line}\nexpected:\n${output}\nprinted:\n${stdout}`);
    }
  });
}

test('pages are run', (t) => {
  t.true(pages.some((page) => codeBlocks(page).some(({ language }) => language === 'console')));
});
