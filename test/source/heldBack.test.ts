import { readdir, readFile } from 'node:fs/promises';
import test from 'ava';

test('it is known of every source how it is held back', async (t) => {
  const room = new URL('../../src/source/', import.meta.url);
  const index = await readFile(new URL('../../src/index.ts', import.meta.url), 'utf8');
  const sources = new Set<string>();
  for (const file of (await readdir(room, { recursive: true })).filter((each) => each.endsWith('.ts'))) {
    const text = await readFile(new URL(file, room), 'utf8');
    // From the name to the type that it gives, within one function.
    const makers = text.matchAll(/^export (?:async )?function (\w+)(?:(?!\n\})[\s\S])*?\): (?:Promise<)?Source\b/gm);
    // What users cannot call is held to the laws through what they can.
    for (const [, name] of makers)
      if (new RegExp(`\\b${name}\\b[^;]*\\bfrom '\\./source/`).test(index)) sources.add(name!);
  }
  t.true(sources.has('memory') && sources.has('parquet'));
  const cases = await readFile(new URL('../flow/manyBatches.ts', import.meta.url), 'utf8');
  for (const name of sources) {
    t.regex(cases, new RegExp(`=>[^=]*\\b${name}\\(`), `nothing is known of how ${name} is held back`);
  }
});
