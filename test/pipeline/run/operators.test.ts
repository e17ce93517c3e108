import { createHash } from 'node:crypto';
import test, { type ExecutionContext } from 'ava';
import { concatMap, lastValueFrom, range } from 'rxjs';
import penguins from '../../../pipelines/penguins.ts';
import { type Pipeline, sgd, train } from '../../../src/index.ts';
import {
  backward,
  compileNetwork,
  createFitter,
  createGate,
  createTrainingState,
  deriveColumns,
  derivedSchema,
  encode,
  forward,
  lossOf,
  miniBatch,
  openEngine,
  shuffle,
  splitColumns,
  splitRows,
  update,
} from '../../../src/operators.ts';
import { temporaryFolder } from '../run.ts';
import small from '../small.ts';

/** The run as it would be written without `definePipeline`. */
async function byHand(pipeline: Pipeline) {
  const { source, derive, features, target, split, seed, batch, epochs, loss, optimizer } = pipeline;
  const window = pipeline.shuffle ? { ...pipeline.shuffle } : { memoryMB: 16, order: 'stream' as const };
  const gate = createGate();
  const engine = openEngine();

  const by = splitColumns({ derive, features, target });
  const fitter = createFitter({ features, target }, derivedSchema(derive, await source.schema()));
  await gate
    .open(source)
    .pipe(splitRows({ ...split, by, side: 'training' }), deriveColumns(derive))
    .forEach((batch) => {
      fitter.add(batch);
    });
  const preprocessor = fitter.finish();
  const { layout } = preprocessor;

  const network = compileNetwork({ layers: pipeline.network, layout, engine, batch, seed });
  const state = createTrainingState(network, optimizer, engine);
  const steps$ = range(0, epochs).pipe(
    concatMap((epoch) =>
      gate
        .open(source)
        .pipe(
          splitRows({ ...split, by, side: 'training' }),
          deriveColumns(derive),
          encode(preprocessor),
          shuffle({ ...window, layout, seed, epoch }),
          miniBatch({ size: batch, engine, layout }),
          forward(network, { mode: 'training' }),
          lossOf(loss, network),
          backward(network),
          update(network, optimizer, state),
        ),
    ),
  );
  const last = await lastValueFrom(steps$);
  return { steps: last.step, parameters: network.parameters.slice() };
}

async function assertSameBits(t: ExecutionContext, pipeline: Pipeline): Promise<void> {
  const declared = await train(pipeline, { directory: await temporaryFolder(t) });
  const written = await byHand(pipeline);
  t.is(written.steps, declared.steps);
  t.is(createHash('sha256').update(written.parameters).digest('hex'), declared.parametersSha256);
}

test('a declared pipeline and the chain of operators written by hand give the same bits', async (t) => {
  await assertSameBits(t, small);
});

test('so they do for classes, in the order of the source, with another optimizer', async (t) => {
  const quiet = { ...penguins, sinks: [], epochs: 3, shuffle: false, optimizer: sgd({ learningRate: 0.1 }) } as const;
  await assertSameBits(t, quiet);
});
