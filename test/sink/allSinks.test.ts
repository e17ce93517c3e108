import { readdir, readFile } from 'node:fs/promises';
import test from 'ava';

test('every sink has a test that holds it to the laws of a sink', async (t) => {
  const room = new URL('../../src/sink/', import.meta.url);
  const names: string[] = [];
  for (const file of await readdir(room)) {
    const text = await readFile(new URL(file, room), 'utf8');
    for (const [, name] of text.matchAll(/^export function (\w+)\([^)]*\): Sink\b/gm)) names.push(name);
  }
  t.true(names.length >= 5);
  for (const name of names) {
    const text = await readFile(new URL(`${name}.test.ts`, import.meta.url), 'utf8').catch(() => '');
    t.true(text.includes(`sinkLaws(test, '${name}'`), `${name} has no laws`);
  }
});
