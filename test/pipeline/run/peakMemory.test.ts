import { spawnSync } from 'node:child_process';
import test from 'ava';
import { peakMemory } from '../../../src/pipeline/run/peakMemory.ts';

test('grows with the memory that is used, and does not shrink with it', (t) => {
  const before = peakMemory();
  new Uint8Array(2 * before).fill(1);
  const after = peakMemory();
  t.true(after >= 2 * before, `${before}, ${after}`);
  t.true(peakMemory() >= after);
});

const onLinux = process.platform === 'linux' ? test : test.skip;

onLinux('leaves out what the process that has started this one has used', (t) => {
  const big = new Uint8Array(500_000_000).fill(1);
  const url = new URL('../../../src/pipeline/run/peakMemory.ts', import.meta.url);
  const program = `import { peakMemory } from '${url}'; console.log(peakMemory());`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', program]);
  const bytes = Number(stdout);
  t.true(bytes > 20_000_000 && bytes < big.length / 2, `${bytes} ${stderr}`);
});
