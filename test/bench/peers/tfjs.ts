/** `node test/bench/peers/tfjs.ts FOLDER wasm|cpu`: TensorFlow.js' side of the benchmark of steps. FOLDER has the node_modules. */
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { absent, type PeerData, type PeerStep, type PeerWork, serve } from './serve.ts';

/** The part of TensorFlow.js that is used: it is not installed where the types are checked. */
interface Tensor {
  dataSync(): Float32Array;
}
interface Variable extends Tensor {
  assign(value: Tensor): void;
}
interface Tensorflow {
  readonly version_core: string;
  setBackend(name: string): Promise<boolean>;
  ready(): Promise<void>;
  tensor(values: Float32Array, shape: readonly number[]): Tensor;
  variable(tensor: Tensor, trainable?: boolean): Variable;
  ones(shape: readonly number[]): Tensor;
  zeros(shape: readonly number[]): Tensor;
  mul(a: Tensor, b: number): Tensor;
  moments(z: Tensor, axis: number): { readonly mean: Tensor; readonly variance: Tensor };
  batchNorm(z: Tensor, mean: Tensor, variance: Tensor, beta: Tensor, gamma: Tensor, epsilon: number): Tensor;
  dropout(a: Tensor, rate: number): Tensor;
  tidy<T>(work: () => T): T;
  matMul(a: Tensor, b: Tensor): Tensor;
  add(a: Tensor, b: Tensor): Tensor;
  relu(z: Tensor): Tensor;
  oneHot(labels: Tensor, classes: number): Tensor;
  cast(tensor: Tensor, type: 'int32' | 'float32'): Tensor;
  readonly train: { adam(rate: number): { minimize(loss: () => Tensor): unknown } };
  readonly losses: {
    sigmoidCrossEntropy(labels: Tensor, logits: Tensor): Tensor;
    softmaxCrossEntropy(labels: Tensor, logits: Tensor): Tensor;
  };
}

const [folder, backend] = process.argv.slice(2);

/** Batch normalization that keeps running statistics, as a layer of TensorFlow.js does. */
function normalization(tf: Tensorflow, units: number): (z: Tensor) => Tensor {
  const [gamma, beta] = [tf.variable(tf.ones([units])), tf.variable(tf.zeros([units]))];
  const running = [tf.variable(tf.zeros([units]), false), tf.variable(tf.ones([units]), false)];
  return (z) => {
    const { mean, variance } = tf.moments(z, 0);
    [mean, variance].forEach((now, i) => {
      running[i].assign(tf.add(tf.mul(running[i], 0.9), tf.mul(now, 0.1)));
    });
    return tf.batchNorm(z, mean, variance, beta, gamma, 1e-5);
  };
}

function hiddenActivation(tf: Tensorflow, units: number, rate: number | undefined): (z: Tensor) => Tensor {
  if (rate === undefined) return tf.relu;
  const normalize = normalization(tf, units);
  return (z) => tf.dropout(tf.relu(normalize(z)), rate);
}

function build(tf: Tensorflow, { rows, widths, dropout: rate }: PeerWork, data: PeerData): PeerStep {
  const outputs = widths[widths.length - 1];
  const x = tf.tensor(data.x, [rows, widths[0]]);
  const y =
    outputs === 1
      ? tf.tensor(data.y, [rows, 1])
      : tf.cast(tf.oneHot(tf.cast(tf.tensor(data.y, [rows]), 'int32'), outputs), 'float32');
  const layers = data.layers.map(({ w, b, shape }, i) => ({
    w: tf.variable(tf.tensor(w, shape)),
    b: tf.variable(tf.tensor(b, [shape[1]])),
    activation: i < data.layers.length - 1 ? hiddenActivation(tf, shape[1], rate) : (z: Tensor) => z,
  }));
  const optimizer = tf.train.adam(1e-3);
  const loss = () => {
    const output = layers.reduce((a, { w, b, activation }) => activation(tf.add(tf.matMul(a, w), b)), x);
    return outputs === 1 ? tf.losses.sigmoidCrossEntropy(y, output) : tf.losses.softmaxCrossEntropy(y, output);
  };
  const step = () => {
    tf.tidy(() => optimizer.minimize(loss));
    // Asking for a number makes sure that all of it was done.
    layers[layers.length - 1].b.dataSync();
  };
  return { step, loss: () => tf.tidy(() => loss().dataSync()[0]) };
}

async function start(): Promise<void> {
  const require = createRequire(resolve(folder, 'package.json'));
  const tf = require('@tensorflow/tfjs') as Tensorflow;
  if (backend === 'wasm') require('@tensorflow/tfjs-backend-wasm');
  await tf.setBackend(backend);
  await tf.ready();
  await serve(`TensorFlow.js ${tf.version_core} ${backend}`, (work, data) => build(tf, work, data));
}

await start().catch(absent);
