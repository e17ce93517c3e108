import { OptionError } from '../../errors.ts';
import type { Json } from '../../json.ts';
import { restoreLayer } from '../../model/restoreLayer.ts';
import type { SavedMember } from '../../model/savedModel.ts';

/** A layer as a module of `torch.nn`. */
export interface TorchModule {
  /** As Millrace calls it. */
  readonly kind: string;
  /** The class in `torch.nn`; null for layers that PyTorch has no module for: `layers` or `branches` then say what is in it. */
  readonly torch: string | null;
  /** What its constructor is given, by keyword. */
  readonly arguments: { readonly [name: string]: Json };
  readonly layers?: readonly TorchModule[];
  readonly branches?: readonly (readonly TorchModule[])[];
}

type Describe = (
  options: Readonly<Record<string, Json>>,
  width: number,
) => readonly [string, TorchModule['arguments']?];

const modules: Readonly<Record<string, Describe>> = {
  batchNorm: ({ epsilon, momentum }, width) => ['BatchNorm1d', { num_features: width, eps: epsilon, momentum }],
  dense: ({ units, bias }, width) => ['Linear', { in_features: width, out_features: units, bias }],
  dropout: ({ rate }) => ['Dropout', { p: rate }],
  elu: ({ alpha }) => ['ELU', { alpha }],
  gelu: ({ approximate }) => ['GELU', { approximate }],
  layerNorm: ({ epsilon }, width) => ['LayerNorm', { normalized_shape: width, eps: epsilon }],
  leakyRelu: ({ slope }) => ['LeakyReLU', { negative_slope: slope }],
  passThrough: () => ['Identity'],
  prelu: ({ shared }, width) => ['PReLU', { num_parameters: shared ? 1 : width }],
  relu: () => ['ReLU'],
  selu: () => ['SELU'],
  sigmoid: () => ['Sigmoid'],
  silu: () => ['SiLU'],
  softplus: () => ['Softplus'],
  softsign: () => ['Softsign'],
  tanh: () => ['Tanh'],
};

/**
 * Layers as modules of PyTorch.
 *
 * @param where names the model
 * @param width units that go into the first
 * @throws OptionError where a layer is the user's own
 */
export function torchModules(where: string, layers: readonly SavedMember[], width: number): readonly TorchModule[] {
  let units = width;
  return layers.map((saved, i) => {
    const kind = `${saved.kind}`;
    const options = (saved.options ?? {}) as Readonly<Record<string, Json>>;
    const inputs = units;
    const inner = (members: Json) =>
      torchModules(`${where}: layer ${i + 1} (${kind})`, members as unknown as SavedMember[], inputs);
    const describe = Object.hasOwn(modules, kind) ? modules[kind] : undefined;
    if (!describe && kind !== 'residual' && kind !== 'branches') {
      throw new OptionError({
        where: `${where}: layer ${i + 1}`,
        expected: 'a layer that PyTorch has, or one of layers that it has',
        received: `${kind}, a layer of your own`,
      });
    }
    units = restoreLayer(where, saved).plan(inputs, []).width;
    if (describe) {
      const [torch, given = {}] = describe(options, inputs);
      return { kind, torch, arguments: given };
    }
    if (kind === 'residual') return { kind, torch: null, arguments: {}, layers: inner(options.layers) };
    return { kind, torch: null, arguments: {}, branches: (options.branches as Json[]).map(inner) };
  });
}
