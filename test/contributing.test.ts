import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';

interface Row {
  readonly kind: string;
  readonly member: string;
  readonly files: readonly string[];
}

const section =
  readFileSync('CONTRIBUTING.md', 'utf8')
    .split('\n## ')
    .find((part) => part.startsWith('A new member')) ?? '';
const rows: readonly Row[] = [...section.matchAll(/^- ([a-z ]+), as `(\w+)`: ((?:.|\n {2})+)$/gm)].map(
  ([, kind, member, files]) => ({ kind, member, files: [...files.matchAll(/`([^`]+)`/g)].map(([, path]) => path) }),
);

const sources = globSync('src/**/*.ts').map(
  (path) => [path.slice('src/'.length), codeOf(readFileSync(path, 'utf8'))] as const,
);

/** Without comments. */
function codeOf(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
}

test('each kind of member has a row', (t) => {
  t.deepEqual(
    rows.map(({ kind }) => kind),
    [
      'source',
      'derivation',
      'feature',
      'activation',
      'layer',
      'initializer',
      'loss',
      'metric',
      'optimizer',
      'schedule',
      'gradient transform',
      'sink',
      'job schedule',
      'check',
      'command',
    ],
  );
});

for (const { kind, member, files } of rows) {
  test(`${kind}: the files of ${member} are those that are named, and its test is there`, (t) => {
    // Words of commands are those of what they do, too.
    const room = kind === 'command' ? 'cli/' : '';
    const mention = new RegExp(`\\b${member}(?:Forward|Pullback)?\\b`);
    const found = sources.filter(([path, code]) => path.startsWith(room) && mention.test(code)).map(([path]) => path);
    t.deepEqual(files.filter((path) => !path.startsWith('test/')).sort(), found.sort());
    const tests = files.filter((path) => path.startsWith('test/'));
    t.true(tests.length > 0);
    for (const path of tests) {
      t.true(existsSync(path), path);
      t.regex(readFileSync(join(path), 'utf8'), mention);
    }
  });
}
