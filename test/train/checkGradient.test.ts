import { readdirSync } from 'node:fs';
import test from 'ava';
import { isBuiltIn } from '../../src/builtIn.ts';
import {
  batchNorm,
  binaryCrossEntropy,
  branches,
  crossEntropy,
  dense,
  dropout,
  elu,
  gelu,
  hinge,
  huber,
  type Layer,
  type Loss,
  layerNorm,
  leakyRelu,
  meanAbsoluteError,
  meanSquaredError,
  passThrough,
  poisson,
  prelu,
  quantile,
  relu,
  residual,
  selu,
  sigmoid,
  silu,
  softplus,
  softsign,
  tanh,
} from '../../src/index.ts';
import { checkGradient } from '../../src/operators.ts';
import { ownActivation, scale } from '../network/ownLayers.ts';

const layers = [
  batchNorm(),
  branches([[passThrough()], [dense(2), relu()]]),
  dense(2),
  dropout(0.4),
  elu(),
  gelu(),
  passThrough(),
  layerNorm(),
  leakyRelu(),
  prelu({ shared: false }),
  relu(),
  residual([dense(3), tanh()]),
  selu(),
  sigmoid(),
  silu(),
  softplus(),
  softsign(),
  tanh(),
];
const losses = [
  binaryCrossEntropy({ labelSmoothing: 0.1, positiveWeight: 3 }),
  crossEntropy({ classWeights: [1, 2, 0.5] }),
  hinge(),
  huber(),
  meanAbsoluteError(),
  meanSquaredError(),
  poisson(),
  quantile({ q: 0.9 }),
];

test('all layers and losses of ours are right, at any size', (t) => {
  for (const layer of layers) {
    for (const options of [{}, { rows: 1 }, { width: 3, rows: 7, seed: 11 }]) {
      for (const { name, error } of checkGradient(layer, options).parts) t.true(error < 1e-6, `${layer.kind} ${name}`);
    }
  }
  for (const loss of losses) {
    const { parts } = checkGradient(loss, { rows: 5 });
    t.deepEqual(
      parts.map(({ name, compared }) => [name, compared]),
      new Array(2).fill(['output', 5 * (loss.task === 'classes' ? 3 : 1)]),
    );
  }
});

test('a run does not look at what is ours, but at a copy of it, and at what is made of others', (t) => {
  for (const member of [...layers, ...losses, binaryCrossEntropy(), crossEntropy()]) t.true(isBuiltIn(member));
  t.false(isBuiltIn({ ...tanh() }));
  t.false(isBuiltIn(residual([dense(3), scale()])));
  t.false(isBuiltIn(branches([[dense(3)], [residual([scale()])]])));
});

test('no layer or loss is left out above', (t) => {
  const known = new Set([...layers.map(({ kind }) => kind), ...losses.map(({ name }) => name)]);
  const others = ['checkOutputs', 'exp', 'loss', 'pointwise', 'sigmoidOf'];
  for (const folder of ['network/layers', 'loss']) {
    const files = readdirSync(new URL(`../../src/${folder}/`, import.meta.url)).map((file) => file.replace('.ts', ''));
    for (const name of files) t.true(known.has(name) || others.includes(name), name);
  }
});

const refused = (layer: Layer, message: RegExp) => ({ layer, message });

for (const [mistake, { layer, message }] of Object.entries({
  'a pullback without the weights': refused(
    scale({ dx: (da) => da }),
    /^checkGradient: scale: expected gradients that are the difference quotient, got that of input\[\d, \d\] is .* and not .*, off by [\d.]+\. Mend/,
  ),
  'a factor of two': refused(scale({ dw: (da, x) => 2 * da * x }), /the gradient of w is 2 times that, in all numbers/),
  'the wrong sign': refused(
    scale({ dx: (da, _, w) => -da * w }),
    /the gradient of input is -1 times that, in all numbers/,
  ),
  'a parameter without gradient': refused(scale({ dw: () => 0 }), /gradient of w is 0 times that/),
  'both gradients': refused(scale({ dx: () => 1, dw: () => 1 }), /that of input\[.*; that of w\[/),
  'a gradient that is not a number': refused(
    scale({ dw: () => Number.NaN }),
    /the gradient of w is missing or not a number/,
  ),
  'no dx where it is needed': refused(
    scale({}, () => ({ backward: () => undefined })),
    /the gradient of input is missing/,
  ),
  'a gradient that is added up': refused(
    scale({}, (own, dw) => ({
      backward(da, n, needed) {
        const before = dw.slice();
        const dx = own.backward(da, n, needed);
        for (let i = 0; i < dw.length; i++) dw[i] += before[i];
        return dx;
      },
    })),
    /expected the same gradient of w when it is asked for again, got another one\. Write the gradient, do not add to it/,
  ),
  'a pass that writes to its input': refused(
    scale({}, (own) => ({
      forward(x, n, mode) {
        const a = own.forward(x, n, mode);
        x[0] += 1;
        return a;
      },
    })),
    /expected the same output for the same input|expected input as it was given/,
  ),
  'chance of its own': refused(
    scale({}, (own) => {
      let calls = 0;
      return { forward: (x, n, mode) => own.forward(x, n, mode).map((a) => a * ++calls) };
    }),
    /expected the same output for the same input, mode and batch, got another one\. Take random numbers/,
  ),
})) {
  test(`finds ${mistake}`, (t) => {
    t.throws(() => checkGradient(layer), { name: 'NumericError', message });
  });
}

test('finds a derivative that is off by a thousandth', (t) => {
  t.notThrows(() => checkGradient(scale()));
  t.throws(() => checkGradient(scale({ dx: (da, _, w) => 1.001 * da * w })), { message: /is 1\.001 times that/ });
  t.notThrows(() => checkGradient(scale({ dx: (da, _, w) => 1.001 * da * w }), { tolerance: 0.01 }));
});

test('at a kink any slope between those of its sides is right', (t) => {
  // The numbers are about 0 to 3; kinks lie everywhere a hundredth apart.
  const steps = ownActivation(
    'steps',
    (z) => Math.abs(z - Math.round(z)),
    (z) => Math.sign(z - Math.round(z)),
  );
  t.notThrows(() => checkGradient(steps, { rows: 200 }));
  const relu = ownActivation(
    'at zero',
    (z) => Math.max(z - 0.5, 0),
    (z) => (z > 0.5 ? 1 : 0),
  );
  t.notThrows(() => checkGradient(relu, { rows: 200 }));
  t.throws(() =>
    checkGradient(
      ownActivation(
        'wrong',
        (z) => Math.max(z, 0),
        () => 0.5,
      ),
    ),
  );
});

test('a layer that computes in float32 of its own is held to what float32 is exact to', (t) => {
  const own = (slope: (z: number) => number) =>
    ownActivation(
      'float32',
      (z) => Math.fround(Math.tanh(z)),
      (z) => Math.fround(slope(z)),
    );
  t.notThrows(() => checkGradient(own((z) => 1 - Math.tanh(z) ** 2)));
  t.throws(() => checkGradient(own((z) => 1 - Math.tanh(z))), { message: /float32: expected gradients/ });
});

test('finds a loss whose gradient is wrong, and one that forgets the weights', (t) => {
  const loss = meanSquaredError();
  const scaledBy = (factor: (n: number) => number): Loss => ({
    ...loss,
    name: 'mine',
    evaluate(output, y, dOutput, n, outputs, weights) {
      const value = loss.evaluate(output, y, dOutput, n, outputs, weights);
      for (let i = 0; i < dOutput.length; i++) dOutput[i] *= factor(n);
      return value;
    },
  });
  const twice = scaledBy(() => 2);
  t.throws(() => checkGradient(twice), {
    name: 'NumericError',
    message:
      /^checkGradient: mine: expected .*, got the gradient of output is 2 times that, in all numbers; the gradient/,
  });
  const sum = scaledBy((n) => n);
  t.throws(() => checkGradient(sum, { rows: 5 }), { message: /is 5 times that/ });
  const unweighted: Loss = {
    ...loss,
    evaluate: (z, y, d, n, outputs, weights) => {
      const value = loss.evaluate(z, y, d, n, outputs, weights);
      loss.evaluate(z, y, d, n, outputs);
      return value;
    },
  };
  t.throws(() => checkGradient(unweighted), { message: /got that of output\[/ });
});

test('refuses options that are out of bounds', (t) => {
  t.throws(() => checkGradient(dense(2), { width: 0 }), { name: 'OptionError', message: /^checkGradient: width/ });
  t.throws(() => checkGradient(huber(), { tolerance: 0 }), { name: 'OptionError' });
  // @ts-expect-error a loss has no width
  t.throws(() => checkGradient(huber(), { width: 3 }), { name: 'OptionError' });
});
