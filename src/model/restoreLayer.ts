import { ResumeError } from '../errors.ts';
import type { Json } from '../json.ts';
import type { Layer } from '../network/layer.ts';
import { batchNorm } from '../network/layers/batchNorm.ts';
import { branches } from '../network/layers/branches.ts';
import { dense } from '../network/layers/dense.ts';
import { dropout } from '../network/layers/dropout.ts';
import { elu } from '../network/layers/elu.ts';
import { gelu } from '../network/layers/gelu.ts';
import { layerNorm } from '../network/layers/layerNorm.ts';
import { leakyRelu } from '../network/layers/leakyRelu.ts';
import { passThrough } from '../network/layers/passThrough.ts';
import { prelu } from '../network/layers/prelu.ts';
import { relu } from '../network/layers/relu.ts';
import { residual } from '../network/layers/residual.ts';
import { selu } from '../network/layers/selu.ts';
import { sigmoid } from '../network/layers/sigmoid.ts';
import { silu } from '../network/layers/silu.ts';
import { softplus } from '../network/layers/softplus.ts';
import { softsign } from '../network/layers/softsign.ts';
import { tanh } from '../network/layers/tanh.ts';
import { didYouMean } from '../options/didYouMean.ts';
import { shownNames } from '../options/shown.ts';
import type { SavedMember } from './savedModel.ts';

/** Makes a layer from the options that a checkpoint has of it. */
export type LayerMaker = (options: never, restore: (saved: SavedMember) => Layer) => Layer;

type Options = { readonly [key: string]: Json };

/** Each layer of Millrace by its kind. First weights are not for a model that is trained already. */
const makers: Readonly<Record<string, LayerMaker>> = {
  batchNorm,
  branches: ({ branches: ways }: { branches: SavedMember[][] }, restore) =>
    branches(ways.map((layers) => layers.map(restore))),
  dense: ({ units, bias }: { units: number; bias: boolean }) => dense(units, { bias }),
  dropout: ({ rate }: { rate: number }) => dropout(rate),
  elu,
  gelu,
  passThrough,
  layerNorm,
  leakyRelu,
  prelu,
  relu,
  residual: ({ layers }: { layers: SavedMember[] }, restore) => residual(layers.map(restore)),
  selu,
  sigmoid,
  silu,
  softplus,
  softsign,
  tanh,
};

/**
 * The layer that a checkpoint has as plain data.
 *
 * @param where names the checkpoint
 * @param own makers of the user's own layers, by their kind
 * @throws ResumeError where the kind is not known
 */
export function restoreLayer(
  where: string,
  { kind, options }: SavedMember,
  own: Readonly<Record<string, LayerMaker>> = {},
): Layer {
  const known: Readonly<Record<string, LayerMaker>> = { ...makers, ...own };
  if (Object.hasOwn(known, `${kind}`)) {
    return known[`${kind}`]((options ?? {}) as Options as never, (saved) => restoreLayer(where, saved, own));
  }
  const names = Object.keys(known);
  throw new ResumeError({
    where,
    expected: `layers among ${shownNames(names)}`,
    received: `${kind}`,
    hint:
      didYouMean(`${kind}`, names) ?? `Give what makes it: loadModel(path, { layers: { ${kind}: (options) => ... } })`,
  });
}
