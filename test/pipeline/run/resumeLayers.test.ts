import test, { type ExecutionContext } from 'ava';
import { type Summary, train } from '../../../src/index.ts';
import { loadTrained } from '../../../src/operators.ts';
import { millrace, stoppedAt, summaryOf, temporaryFolder } from '../run.ts';
import smallLayers from '../smallLayers.ts';

/** All of a summary that two equal runs have in common; the hash is of parameters and buffers. */
function common({ parametersSha256, rows, steps, loss, validation }: Summary) {
  return { parametersSha256, rows, steps, loss, validation };
}

async function stopped(t: ExecutionContext, step: number): Promise<string> {
  const directory = await temporaryFolder(t);
  const { pipeline, signal } = stoppedAt(smallLayers, step);
  t.is((await train(pipeline, { directory, signal })).steps, step);
  return directory;
}

test('with running statistics and dropout, a run that is stopped after any step and resumed ends with the same bits', async (t) => {
  const whole = await train(smallLayers, { directory: await temporaryFolder(t) });
  t.true(whole.steps > 10);
  for (let step = 1; step <= whole.steps; step++) {
    const directory = await stopped(t, step);
    const resumed = await train(smallLayers, { directory, resume: true });
    t.deepEqual(common(resumed), common(whole), `stopped after step ${step}`);
  }
});

test('and in a new process', async (t) => {
  const whole = await train(smallLayers, { directory: await temporaryFolder(t) });
  const directory = await stopped(t, 7);
  const ended = await millrace(['train', 'test/pipeline/smallLayers.ts', '--resume', '--out', directory, '--json']);
  t.deepEqual(common(summaryOf(ended)), common(whole));
});

test('a model has the running statistics that training ended with', async (t) => {
  const { checkpoint } = await train(smallLayers, { directory: await temporaryFolder(t) });
  const { network } = await loadTrained(checkpoint ?? '', smallLayers);
  t.deepEqual(
    network.bufferPlaces.map(({ name }) => name),
    [
      '2.batchNorm.mean',
      '2.batchNorm.variance',
      '5.residual.2.batchNorm.mean',
      '5.residual.2.batchNorm.variance',
      '6.branches.2.2.batchNorm.mean',
      '6.branches.2.2.batchNorm.variance',
    ],
  );
  for (const { offset, length } of network.bufferPlaces) {
    const part = network.buffers.subarray(offset, offset + length);
    t.true(part.every((value) => Number.isFinite(value) && value !== 0 && value !== 1));
  }
});
