import { spawnSync } from 'node:child_process';
import test from 'ava';

/** A process in which objects go on outliving collections; prints the bytes of its space for new objects at the beginning and at the end. */
function newSpaceOf(first: string): number[] {
  const program = `
    import { getHeapSpaceStatistics } from 'node:v8';
    import { limitNewSpace } from '${new URL('../../src/cli/limitNewSpace.ts', import.meta.url)}';
    const bytes = () => getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space').space_size;
    ${first}
    const before = bytes();
    for (let round = 0, kept = []; round < 40; round++, kept = []) for (let i = 0; i < 100_000; i++) kept.push({ i, of: [round] });
    console.log(JSON.stringify([before, bytes()]));
  `;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', program]);
  return stderr.length === 0 ? JSON.parse(`${stdout}`) : [];
}

test('the space for new objects stays as large as it is: not more than twice what of it was in use at first', (t) => {
  const [before, after] = newSpaceOf('limitNewSpace();');
  t.true(after <= 2 * before, `${before}, ${after}`);
});

test('without a limit it grows to many times its size', (t) => {
  const [before, after] = newSpaceOf('');
  t.true(after > 8 * before, `${before}, ${after}`);
});
