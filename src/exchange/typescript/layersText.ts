import type { Tensor } from '../../checkpoint/types.ts';
import { OptionError } from '../../errors.ts';
import type { SavedMember } from '../../model/savedModel.ts';
import type { TrainedNetwork } from '../trainedNetwork.ts';
import type { Code } from './code.ts';
import type { PartName } from './parts.ts';

interface Placed {
  readonly code: Code;
  readonly x: string;
  readonly options: SavedMember;
  /** The name of an array of a parameter or a buffer. */
  numbers(name: string): string;
  /** Layers within it. */
  sequence(layers: readonly SavedMember[], prefix: string): string;
}

type Express = (layer: Placed) => string;

/** A function of each number, with what it is given besides. */
const elementwise =
  (name: PartName, parameter?: string): Express =>
  ({ code, x, options }) => {
    const f = code.call(name);
    return `${x}.map((z) => ${f}(z${parameter === undefined ? '' : `, ${Number(options[parameter])}`}))`;
  };

/** Each layer by its kind: an expression of what it makes of x. */
const layers: Readonly<Record<string, Express>> = {
  dense({ code, x, options, numbers }) {
    const b = options.bias === false ? 'null' : numbers('b');
    return `${code.call('dense')}(${x}, ${numbers('w')}, ${b}, ${Number(options.units)})`;
  },
  batchNorm: ({ code, x, options, numbers }) =>
    `${code.call('batchNorm')}(${[x, ...['gamma', 'beta', 'mean', 'variance'].map(numbers), Number(options.epsilon)].join(', ')})`,
  layerNorm: ({ code, x, options, numbers }) =>
    `${code.call('layerNorm')}(${x}, ${numbers('gamma')}, ${numbers('beta')}, ${Number(options.epsilon)})`,
  prelu: ({ code, x, numbers }) => `${code.call('prelu')}(${x}, ${numbers('slope')})`,
  relu: elementwise('relu'),
  // A slope of zero must not turn an infinity into NaN.
  leakyRelu: (layer) => (layer.options.slope === 0 ? elementwise('relu') : elementwise('leakyRelu', 'slope'))(layer),
  elu: elementwise('elu', 'alpha'),
  selu: elementwise('selu'),
  gelu: (layer) => elementwise(layer.options.approximate === 'tanh' ? 'geluTanh' : 'gelu')(layer),
  silu: elementwise('silu'),
  sigmoid: elementwise('sigmoid'),
  softplus: elementwise('softplus'),
  softsign: elementwise('softsign'),
  tanh: ({ x }) => `${x}.map(Math.tanh)`,
  dropout: ({ x }) => x,
  passThrough: ({ x }) => x,
  residual: ({ code, x, options, sequence }) =>
    `${code.call('add')}(${x}, ${sequence(options.layers as unknown as SavedMember[], '')})`,
  branches({ code, options, sequence }) {
    const ways = options.branches as unknown as SavedMember[][];
    return `${code.call('sideBySide')}(${ways.map((way, i) => sequence(way, `${i + 1}.`)).join(', ')})`;
  },
};

/**
 * Statements that compute a network.
 *
 * @returns the name of what its last layer gives
 * @throws OptionError where a layer is the user's own
 */
export function layersText(code: Code, network: TrainedNetwork, x: string): string {
  let count = 0;
  function sequence(members: readonly SavedMember[], prefix: string, input: string): string {
    let a = input;
    for (const [i, { kind, options }] of members.entries()) {
      const name = `${prefix}${i + 1}.${kind}`;
      const express = Object.hasOwn(layers, `${kind}`) ? layers[`${kind}`] : undefined;
      if (!express) {
        throw new OptionError({
          where: `${network.where}: layer ${name}`,
          expected: 'a layer of Millrace',
          received: `${kind}, a layer of your own`,
        });
      }
      const before = a;
      const text = express({
        code,
        x: before,
        options: (options ?? {}) as SavedMember,
        numbers: (short) => code.numbers((network.tensor(`${name}.${short}`) as Tensor).data),
        sequence: (inner, more) => sequence(inner, `${name}.${more}`, before),
      });
      if (text === before) continue;
      a = `a${++count}`;
      code.line(`const ${a} = ${text}; // ${name}`);
    }
    return a;
  }
  return sequence(network.layers, '', x);
}
