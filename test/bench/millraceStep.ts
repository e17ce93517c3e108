import { Subject } from 'rxjs';
import type { Engine } from '../../src/engine/types.ts';
import { adam } from '../../src/index.ts';
import {
  backward,
  compileNetwork,
  createTrainingState,
  forward,
  lossOf,
  type MiniBatch,
  update,
} from '../../src/operators.ts';
import { layersOf, layoutOf, lossOfWork, type StepData, type StepWork } from './stepWork.ts';

/** A step through the public stages. It gives the loss before it. */
export function millraceStep(engine: Engine, work: StepWork, data: StepData): () => number {
  const { rows } = work;
  const network = compileNetwork({ layers: layersOf(work), layout: layoutOf(work), engine, batch: rows, seed: 7 });
  network.parameters.set(data.parameters);
  const [x, y] = [engine.vector(data.x.length), engine.vector(rows)];
  x.set(data.x);
  y.set(data.y);
  const position = { epoch: 0, window: 0, cursor: null, skip: 0, offset: 0 };
  const batch: MiniBatch = { kind: 'step', epoch: 0, n: rows, x, codes: [], y, position };

  const optimizer = adam();
  const batches$ = new Subject<MiniBatch>();
  let loss = Number.NaN;
  batches$
    .pipe(
      forward(network, { mode: 'training' }),
      lossOf(lossOfWork(work), network),
      backward(network),
      update(network, optimizer, createTrainingState(network, optimizer, engine)),
    )
    .subscribe((step) => {
      loss = step.loss;
    });
  return () => {
    batches$.next(batch);
    return loss;
  };
}
