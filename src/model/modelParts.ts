import type { Engine } from '../engine/types.ts';
import type { Loss } from '../loss/loss.ts';
import type { Layer } from '../network/layer.ts';
import type { Derivation } from '../preprocess/derive/derivation.ts';
import type { Model } from './model.ts';
import type { SavedModel } from './savedModel.ts';
import type { ModelColumn } from './schema.ts';

/** What a model is put together from. */
export interface ModelParts {
  /** Names the file, for errors. */
  readonly where: string;
  readonly saved: SavedModel;
  readonly columns: readonly ModelColumn[];
  readonly layers: readonly Layer[];
  readonly loss: Loss;
  /** Those that the features need, in their order. */
  readonly derivations: readonly Derivation[];
  readonly engine: Engine;
  readonly threshold: number;
}

/** What each model was put together from. */
const known = new WeakMap<Model, ModelParts>();

/** Notes what a model was put together from. */
export function keepParts(model: Model, parts: ModelParts): void {
  known.set(model, parts);
}

/** What a model was put together from; undefined for what only looks like one. */
export function partsOf(model: Model): ModelParts | undefined {
  return known.get(model);
}
