import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { millrace, temporaryFolder } from '../pipeline/run.ts';
import { pipelineFile } from './pipelineFile.ts';

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

test('serve answers from the folder of a run, with functions from its pipeline, until SIGTERM', async (t) => {
  const cwd = await temporaryFolder(t);
  await pipelineFile(cwd, {
    options: {
      derive: `[derive('twice', ['a'], (a) => 2 * a)]`,
      features: '{ twice: numeric(), color: oneHot() }',
    },
  });
  t.is((await millrace(['train', 'pipeline.mjs', '--quiet', '--out', 'run'], { cwd })).code, 0);
  await writeFile(join(cwd, 'token'), 'sixteen characters, or more\n');
  const child = spawn(
    process.execPath,
    [
      main,
      'serve',
      'run',
      'other=run',
      '--port',
      '0',
      '--token-file',
      'token',
      '--log',
      'asked',
      '--log-keep',
      'id',
      '--json',
    ],
    {
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  t.teardown(() => child.kill('SIGKILL'));
  const [line] = await once(createInterface(child.stdout), 'line');
  const { url, models } = JSON.parse(line);
  t.deepEqual(models, ['given', 'other']);
  const ask = (name: string) =>
    fetch(`${url}/models/${name}/predict`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer sixteen characters, or more' },
      body: JSON.stringify({ a: 1, color: 'red', id: 7 }),
    }).then((answer) => answer.json() as Promise<Record<string, unknown>>);
  const { model, ...answer } = await ask('given');
  t.is(model, 'given');
  t.is(typeof answer.probability, 'number');
  t.deepEqual(await ask('other'), { ...answer, model: 'other' });
  t.is((await fetch(`${url}/models`)).status, 401);
  child.kill('SIGTERM');
  t.deepEqual(await once(child, 'exit'), [0, null]);

  await writeFile(join(cwd, 'labels.csv'), 'id,late\n7,true\n8,false\n');
  const joined = await millrace(['join', 'asked/given', 'labels.csv', '--on', 'id', '--to', 'joined.csv'], { cwd });
  t.is(joined.code, 0, joined.stderr);
  t.is(joined.stdout, 'joined.csv: 1 rows with labels; 0 rows have none, 1 labels no row\n');
  const [names, values] = (await readFile(join(cwd, 'joined.csv'), 'utf8')).split('\n');
  t.is(names, 'served_at,served_role,served_version,color,a,id,served_predicted,served_probability,late');
  t.regex(`${values}`, /,answer,[0-9a-f]{16},red,1,7,(true|false|0|1),[0-9.]+,true$/);
  await writeFile(join(cwd, 'labels.csv'), 'id,late\nx,true\n');
  const { code, stderr } = await millrace(['join', 'asked/given', 'labels.csv', '--on', 'id', '--to', 'no.csv'], {
    cwd,
  });
  t.is(code, 1);
  t.regex(stderr, /expected rows whose id has a label, got none of 1: '7' is asked, 'x' has a label/);
  t.false((await readdir(cwd)).some((name) => name.startsWith('no.csv')));
});

test('serve says what it cannot serve', async (t) => {
  const cwd = await temporaryFolder(t);
  const refused = async (...args: string[]) => {
    const { code, stderr } = await millrace(['serve', ...args], { cwd });
    return `${code} ${stderr}`;
  };
  t.regex(await refused(), /^2 millrace: expected MODELs or --home DIR, one of them\n/);
  t.regex(await refused('none'), /^1 millrace: none: expected /);
  await writeFile(join(cwd, 'token'), 'short');
  t.regex(await refused('none', '--token-file', 'token'), /^2 .*at least 16 characters in token, got 5\n/);
});
