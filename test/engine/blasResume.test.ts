import test, { type ExecutionContext } from 'ava';
import { openEngine } from '../../src/engine/openEngine.ts';
import { ResumeError, train } from '../../src/index.ts';
import { assertSameRun, checkpointIn } from '../../src/pipeline/run/resume.ts';
import { millrace, stoppedAt, summaryOf, temporaryFolder } from '../pipeline/run.ts';
import wide from './blasWide.ts';

const { name, library } = openEngine('blas');
const file = 'test/engine/blasWide.ts';
const elsewhere = { env: { MILLRACE_BLAS: '/nowhere/libopenblas.so.0' } };

/** Leaves a run of the blas engine that was interrupted after a step; undefined where there is no library. */
async function interrupted(t: ExecutionContext, step: number): Promise<string | undefined> {
  if (name !== 'blas') {
    t.log('left out: no BLAS works here');
    t.pass();
    return undefined;
  }
  const directory = await temporaryFolder(t);
  const { pipeline, signal } = stoppedAt(wide, step);
  const { engine, steps } = await train(pipeline, { directory, signal, engine: 'blas' });
  t.deepEqual([engine, steps], ['blas', step]);
  return directory;
}

for (const step of [1, 4]) {
  test(`a run of blas stopped after step ${step} and resumed in a new process ends with the same bits`, async (t) => {
    const directory = await interrupted(t, step);
    if (directory === undefined) return;
    const whole = await train(wide, { directory: await temporaryFolder(t), engine: 'blas' });
    const resumed = summaryOf(await millrace(['train', file, '--resume', '--out', directory, '--json']));
    t.is(resumed.engine, 'blas');
    t.is(resumed.parametersSha256, whole.parametersSha256);
    const other = await train(wide, { directory: await temporaryFolder(t), engine: 'wasm' });
    // Or the library would have made none of the products.
    t.not(other.parametersSha256, whole.parametersSha256);
  });
}

test('a run of blas is not resumed where its library is gone', async (t) => {
  const directory = await interrupted(t, 2);
  if (directory === undefined) return;
  const { code, stderr } = await millrace(['train', file, '--resume', '--out', directory], elsewhere);
  t.is(code, 1, stderr);
  t.regex(stderr, /expected the engine blas, which it was trained with, got wasm \(blas engine: .*nowhere/);
});

test('a run of blas is not resumed with another library', async (t) => {
  const directory = await interrupted(t, 2);
  if (directory === undefined) return;
  const { path, snapshot } = await checkpointIn(directory);
  const state = snapshot.state as unknown as Parameters<typeof assertSameRun>[1];
  const current = { settings: {}, pipeline: wide };
  t.is(state.library, library as string);
  t.notThrows(() => assertSameRun(path, state, { ...current, engine: { name: 'blas', library } }));
  const error = t.throws(
    () => assertSameRun(path, state, { ...current, engine: { name: 'blas', library: 'OpenBLAS 9.9 Zen, 1 thread' } }),
    { instanceOf: ResumeError },
  );
  t.regex(error.message, /expected the library .*, which it was trained with, got OpenBLAS 9\.9 Zen/);
});

test('where the library is missing, training says so in one line and goes on with the wasm engine', async (t) => {
  const args = ['train', file, '--engine', 'blas', '--json', '--epochs', '1', '--out', await temporaryFolder(t)];
  const ended = await millrace(args, elsewhere);
  t.is(summaryOf(ended).engine, 'wasm');
  const lines = ended.stderr.split('\n').filter((line) => line.includes('/nowhere/libopenblas.so.0'));
  t.is(lines.length, 1, ended.stderr);
  t.regex(lines[0], /wasm engine\. blas engine: /);
});
