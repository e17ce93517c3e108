import { readdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import test from 'ava';

test('every source has a test that holds it to the laws of a source', async (t) => {
  const room = new URL('../../src/source/', import.meta.url);
  const index = await readFile(new URL('../../src/index.ts', import.meta.url), 'utf8');
  /** Where each stands in the room, by its name. */
  const sources = new Map<string, string>();
  for (const file of (await readdir(room, { recursive: true })).filter((each) => each.endsWith('.ts'))) {
    const text = await readFile(new URL(file, room), 'utf8');
    // From the name to the type that it gives, within one function.
    const makers = text.matchAll(/^export (?:async )?function (\w+)(?:(?!\n\})[\s\S])*?\): (?:Promise<)?Source\b/gm);
    // What users cannot call is held to the laws through what they can.
    for (const [, name] of makers)
      if (new RegExp(`\\b${name}\\b[^;]*\\bfrom '\\./source/`).test(index)) sources.set(name!, dirname(file));
  }
  t.true(sources.has('memory') && sources.has('parquet'));
  const cases = await readFile(new URL('../flow/manyBatches.ts', import.meta.url), 'utf8');
  for (const [name, floor] of sources) {
    const text = await readFile(new URL(`${floor}/${name}.test.ts`, import.meta.url), 'utf8').catch(() => '');
    t.regex(text, /^\s*sourceLaws\(/m, `${name} has no laws`);
    t.regex(text, new RegExp(`\\b${name}\\(`), `the laws of ${name} are not those of ${name}`);
    t.regex(cases, new RegExp(`=>[^=]*\\b${name}\\(`), `nothing is known of how ${name} is held back`);
  }
});
