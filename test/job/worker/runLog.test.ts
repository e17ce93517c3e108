import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { openRunLog } from '../../../src/job/worker/runLog.ts';
import { temporaryFolder } from '../../pipeline/run.ts';

const time = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z`;

test('a log has what its worker says and what its training prints, in order, and goes on at its end', async (t) => {
  const path = join(await temporaryFolder(t), 'logs', 'tiny', '1.log');
  for (const lease of [1, 2]) {
    const log = openRunLog(path, { failed: (error) => t.fail(error.message) });
    log.log('info', `begins, lease ${lease}`);
    log.write(Buffer.from('epoch 1\nhalf a '));
    log.write('line\n');
    log.log('warn', 'failed');
    await log.close();
  }
  const lines = (lease: number) => `${time} begins, lease ${lease}\nepoch 1\nhalf a line\n${time} warning: failed\n`;
  t.regex(await readFile(path, 'utf8'), new RegExp(`^${lines(1)}${lines(2)}$`));
});

test('a log that grows begins anew, and the part before stays beside it', async (t) => {
  const path = join(await temporaryFolder(t), '1.log');
  const log = openRunLog(path, { mostBytes: 1000, failed: (error) => t.fail(error.message) });
  for (let line = 0; line < 1000; line++) log.write(`${line}`.padEnd(99).concat('\n'));
  await log.close();
  // 11 lines are the first that are more than 1000 bytes; 90 files of them were full.
  t.is((await stat(`${path}.1`)).size, 1100);
  t.is((await stat(path)).size, 1000);
  t.deepEqual(
    [await readFile(`${path}.1`, 'utf8'), await readFile(path, 'utf8')].map((text) => Number.parseInt(text, 10)),
    [979, 990],
  );
});

test('what is printed faster than the disk takes it is left out, and the log says how much', async (t) => {
  const path = join(await temporaryFolder(t), '1.log');
  const log = openRunLog(path, { failed: (error) => t.fail(error.message) });
  // Nothing is written before this function has come to an await.
  for (let megabyte = 0; megabyte < 10; megabyte++) log.write(Buffer.alloc(1e6, 'x'));
  await log.close();
  const again = openRunLog(path, { failed: (error) => t.fail(error.message) });
  again.write('more\n');
  await again.close();
  const text = await readFile(path, 'utf8');
  t.is(text.replace(/^x+/, ''), '(6000000 bytes are left out: the disk was too slow)\nmore\n');
  t.is(/^x+/.exec(text)?.[0].length, 4e6);
});

test('a log that cannot be written is said once, and costs nothing else', async (t) => {
  const folder = await temporaryFolder(t);
  await writeFile(join(folder, 'logs'), '');
  await mkdir(join(folder, '2.log'));
  for (const path of [join(folder, 'logs', '1.log'), join(folder, '2.log')]) {
    const errors: string[] = [];
    const log = openRunLog(path, { failed: ({ message }) => errors.push(message) });
    for (let line = 0; line < 10; line++) log.log('info', 'begins');
    await log.close();
    t.is(errors.length, 1);
  }
});
