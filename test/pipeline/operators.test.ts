import { createHash } from 'node:crypto';
import test from 'ava';
import { concatMap, lastValueFrom, range } from 'rxjs';
import {
  adam,
  backward,
  binaryCrossEntropy,
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
  type Pipeline,
  shuffle,
  splitRows,
  train,
  update,
} from '../../src/index.ts';
import { temporaryFolder } from './run.ts';
import small from './small.ts';

/** The run as it would be written without `definePipeline`. */
async function byHand(pipeline: Pipeline) {
  const { source, derive, features, target, split, seed, batch, epochs } = pipeline;
  const { memoryMB } = pipeline.shuffle as { memoryMB: number };
  const gate = createGate();
  const engine = openEngine();

  const fitter = createFitter({ features, target }, derivedSchema(derive, await source.schema()));
  await gate
    .open(source)
    .pipe(splitRows({ ...split, seed, side: 'training' }), deriveColumns(derive))
    .forEach((batch) => {
      fitter.add(batch);
    });
  const preprocessor = fitter.finish();
  const { layout } = preprocessor;

  const network = compileNetwork({ layers: pipeline.network, layout, engine, batch, seed });
  const optimizer = adam({ learningRate: 1e-2 });
  const state = createTrainingState(network, optimizer, engine);
  const steps$ = range(0, epochs).pipe(
    concatMap((epoch) =>
      gate
        .open(source)
        .pipe(
          splitRows({ ...split, seed, side: 'training' }),
          deriveColumns(derive),
          encode(preprocessor),
          shuffle({ memoryMB, layout, seed, epoch }),
          miniBatch({ size: batch, engine, layout }),
          forward(network),
          lossOf(binaryCrossEntropy(), network),
          backward(network),
          update(network, optimizer, state),
        ),
    ),
  );
  const last = await lastValueFrom(steps$);
  return { steps: last.step, parameters: network.parameters.slice() };
}

test('a declared pipeline and the chain of operators written by hand give the same bits', async (t) => {
  const directory = await temporaryFolder(t);
  const declared = await train(small, { directory });
  const written = await byHand(small);
  t.is(written.steps, declared.steps);
  t.is(createHash('sha256').update(written.parameters).digest('hex'), declared.parametersSha256);
});
