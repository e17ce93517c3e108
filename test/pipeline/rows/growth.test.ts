import test from 'ava';
import { millrace, temporaryFolder } from '../run.ts';

/** What two runs may differ by, in bytes: half a window. One that waits for a collection takes all of it. */
const bound = 24e6;

test('a run of forty passes over its source takes as much memory as one of four', async (t) => {
  async function peakOf(passes: number): Promise<number> {
    const args = ['train', 'test/pipeline/growing.ts', '--engine', 'wasm', '--json', '--out', await temporaryFolder(t)];
    const { code, stdout, stderr } = await millrace(args, { env: { MILLRACE_PASSES: `${passes}` } });
    t.is(code, 0, stderr);
    return JSON.parse(stdout).peakMemoryBytes;
  }
  const few = await peakOf(4);
  // On a machine that is busy, garbage is collected late: what counts is that a run can do with so much.
  let many = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < 3 && many - few > bound; attempt++) many = Math.min(many, await peakOf(40));
  t.log(`${(few / 1e6).toFixed()} MB, then ${(many / 1e6).toFixed()} MB`);
  t.true(many - few <= bound, `${few}, ${many}`);
});
