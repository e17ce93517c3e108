import { readFileSync } from 'node:fs';
import test from 'ava';
import type { Loss } from '../../src/index.ts';
import { distance } from '../../src/laws/numbers.ts';
import { millrace } from '../entryPoints.ts';

interface LossCase {
  readonly name: string;
  readonly options: object;
  readonly rows: number;
  readonly outputs: number;
  readonly z: number[];
  readonly y: number[];
  readonly weights?: number[];
  readonly loss: number;
  readonly dz: number[];
}

const goldens: { readonly losses: LossCase[] } = JSON.parse(
  readFileSync(new URL('../golden/training.json', import.meta.url), 'utf8'),
);
const make: Readonly<Record<string, (options: never) => Loss>> = {
  binaryCrossEntropy: millrace.binaryCrossEntropy,
  crossEntropy: millrace.crossEntropy,
  hinge: millrace.hinge,
  huber: millrace.huber,
  meanAbsoluteError: millrace.meanAbsoluteError,
  meanSquaredError: millrace.meanSquaredError,
  poisson: millrace.poisson,
  quantile: millrace.quantile,
};

goldens.losses.forEach(({ name, options, rows, outputs, z, y, weights, loss, dz }, i) => {
  const weighted = weights ? ' with weights of rows' : '';
  test(`${name} ${JSON.stringify(options)}${weighted} agrees with PyTorch, value and gradient, case ${i}`, (t) => {
    const dOutput = new Float64Array(z.length);
    const [output, target] = [Float64Array.from(z), Float64Array.from(y)];
    const value = make[name](options as never).evaluate(
      output,
      target,
      dOutput,
      rows,
      outputs,
      weights && Float64Array.from(weights),
    );
    t.true(distance([value], [loss]) < 1e-12, `${value}, PyTorch ${loss}`);
    t.true(distance(dOutput, dz) < 1e-12);
  });
});

test('each loss has a golden', (t) => {
  t.deepEqual([...new Set(goldens.losses.map(({ name }) => name))].sort(), Object.keys(make).sort());
});
