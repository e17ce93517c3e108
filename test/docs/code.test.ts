import { spawnSync } from 'node:child_process';
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import test from 'ava';
import { entryPoints } from '../entryPoints.ts';
import { codeBlocks, pages, titledFiles } from './pages.ts';

const names = await Promise.all(
  [...entryPoints].map(async ([name, source]) => [name, Object.keys(await import(resolve(source)))] as const),
);

/** Some of the options of a pipeline or a job, `shuffle: { memoryMB: 16 },`, as a module. */
function wholeModule(code: string): string {
  if (!/^\w+: /.test(code)) return code;
  const type = "Partial<import('millrace').PipelineOptions> | Partial<import('millrace/jobs').JobOptions>";
  return `export const options: ${type} = { ${code}};`;
}

/** What a block uses of the package and does not declare: a block that imports nothing of it is read as if it did. */
function missingImports(code: string): string {
  if (/ from 'millrace/.test(code)) return '';
  const used = new Set(code.match(/\b[a-zA-Z]\w*\b/g));
  const declared = new Set([...code.matchAll(/\b(?:const|let|function|class) (\w+)/g)].map(([, name]) => name));
  const taken = new Set<string>(declared);
  const lines = names.map(([name, exported]) => {
    const wanted = exported.filter((each) => used.has(each) && !taken.has(each));
    for (const each of wanted) taken.add(each);
    return wanted.length > 0 ? `import { ${wanted.join(', ')} } from '${name}';` : '';
  });
  return `${lines.join(' ')} export {};`;
}

/** Pages, and files whose doc comments have blocks of code. */
const files = [...pages, ...globSync('src/**/*.ts').filter((path) => readFileSync(path, 'utf8').includes('* ```ts'))];

test('the TypeScript of all pages and doc comments compiles', (t) => {
  mkdirSync('build', { recursive: true });
  // Within the project, where its dependencies are found.
  const folder = mkdtempSync('build/docs-');
  t.teardown(() => rmSync(folder, { recursive: true }));
  let count = 0;
  for (const page of files) {
    const name = page.replaceAll('/', '+');
    mkdirSync(join(folder, name));
    for (const [title, code] of titledFiles) writeFileSync(join(folder, name, title), code);
    for (const { language, title, code, line } of codeBlocks(page)) {
      if (language !== 'ts') continue;
      count++;
      // In the line that it has in the page, so that an error names it.
      const before = `${missingImports(code)}${'\n'.repeat(line)}`;
      writeFileSync(join(folder, name, title ?? `line${line}.ts`), before + wholeModule(code));
    }
  }
  const { compilerOptions } = JSON.parse(readFileSync('tsconfig.json', 'utf8'));
  const paths = Object.fromEntries([...entryPoints].map(([name, source]) => [name, [resolve(source)]]));
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      compilerOptions: { ...compilerOptions, paths, noUnusedLocals: false, noUnusedParameters: false },
      include: ['.', resolve('src/**/*.d.ts')],
    }),
  );
  const { status, stdout } = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', folder], {
    encoding: 'utf8',
  });
  t.is(status, 0, stdout);
  t.true(count > 0);
});
