import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';

const folder = mkdtempSync(join(tmpdir(), 'millrace-cache-'));
test.after.always(() => rmSync(folder, { recursive: true }));

/** `millrace --version` on a machine that keeps temporary files elsewhere. */
function start(temporary: string, more: Readonly<Record<string, string>> = {}) {
  const { NODE_COMPILE_CACHE: _, NODE_DISABLE_COMPILE_CACHE: __, ...env } = process.env;
  const options = {
    env: { ...env, TMPDIR: temporary, TEMP: temporary, TMP: temporary, ...more },
    encoding: 'utf8',
  } as const;
  return spawnSync(process.execPath, ['src/cli/main.ts', '--version'], options);
}

test('keeps what was compiled for the next start, where Node is not told to do without', (t) => {
  const cache = join(folder, 'node-compile-cache');
  t.is(start(folder, { NODE_DISABLE_COMPILE_CACHE: '1' }).status, 0);
  t.false(existsSync(cache));
  t.is(start(folder).status, 0);
  t.true(existsSync(cache));
});

test('starts where nothing can be kept', (t) => {
  const file = join(folder, 'no folder');
  writeFileSync(file, '');
  const { status, stdout, stderr } = start(file);
  t.deepEqual([status, stderr], [0, '']);
  t.regex(stdout, /^\d+\.\d+\.\d+\n$/);
});
