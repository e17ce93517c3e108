import { createHash } from 'node:crypto';
import { CheckpointError } from '../../errors.ts';
import type { Json } from '../../json.ts';
import { binaryLabels, type Fitted } from '../fit/fitted.ts';
import type { RowLayout } from '../types.ts';
import { createEncoder, type Encoder } from './encoder.ts';
import { rowLayout } from './rowLayout.ts';

export interface EncoderOptions {
  /**
   * Whether rows have a label. Without, the target's column need not be there, and its word is 0.
   * @default true
   */
  readonly labels?: boolean;
  /**
   * Whether the words of a record batch lie where those of the one before lay: for whoever copies them at once.
   * @default false
   */
  readonly reuse?: boolean;
}

/** What predictions mean. */
export interface PreprocessorTarget {
  readonly kind: 'binary' | 'classes' | 'regression';
  readonly column: string;
  /** The names of the classes, by number; of a binary target those of 0 and 1. */
  readonly classes?: readonly string[];
  /** Regression: `y = (v - mean) / deviation`, v being in the column's unit. */
  readonly mean?: number;
  readonly deviation?: number;
}

/** Fitted and frozen: turns record batches into rows of words, the same in training and in use. It belongs to the model. */
export interface Preprocessor {
  readonly layout: RowLayout;
  /** The columns it needs, those of features first, the target's last; derived ones among them. */
  readonly columns: readonly string[];
  readonly target: PreprocessorTarget;
  /** sha256 of `state`, in hex. */
  readonly hash: string;
  /** All there is to it; `restorePreprocessor(state)` gives it back. */
  readonly state: Json;
  /** An encoder for one stream of record batches. */
  encoder(options?: EncoderOptions): Encoder;
}

/** Freezes what was fitted. */
export function createPreprocessor(fitted: Fitted): Preprocessor {
  const { features, target, weight } = fitted;
  const layout = rowLayout(fitted);
  const { kind, column } = target;
  return Object.freeze({
    layout,
    columns: [...new Set([...features.map(({ name }) => name), column, ...(weight === undefined ? [] : [weight])])],
    target: {
      kind,
      column,
      ...(kind === 'classes' && { classes: target.values.map(String) }),
      ...(kind === 'binary' && { classes: binaryLabels(target).map(String) }),
      ...(kind === 'regression' && { mean: target.mean, deviation: target.deviation }),
    },
    hash: createHash('sha256')
      .update(canonical(fitted as unknown as Json))
      .digest('hex'),
    state: fitted as unknown as Json,
    encoder: ({ labels = true, reuse = false }: EncoderOptions = {}) => createEncoder(fitted, layout, labels, reuse),
  });
}

/**
 * The preprocessor that `state` came from.
 *
 * @throws CheckpointError where that is not the state of a preprocessor, or of a later format
 * @example
 * ```ts
 * const rows = memory([{ x: 1, y: 2 }, { x: 3, y: 4 }]);
 * const fitter = createFitter({ features: { x: numeric() }, target: regression('y') }, await rows.schema());
 * await createGate().open(rows).forEach((batch) => fitter.add(batch));
 * const preprocessor = fitter.finish();
 * restorePreprocessor(preprocessor.state).hash === preprocessor.hash; //=> true
 * ```
 */
export function restorePreprocessor(state: Json): Preprocessor {
  const fitted = state as unknown as Partial<Fitted> | null;
  if (fitted?.format !== 1 || !Array.isArray(fitted.features) || typeof fitted.target !== 'object') {
    throw new CheckpointError({
      where: 'restorePreprocessor',
      expected: 'the state of a preprocessor, format 1',
      received: `${JSON.stringify(state)}`.slice(0, 80),
    });
  }
  return createPreprocessor(fitted as Fitted);
}

/** JSON with the keys of each object in order, so that equal states have equal hashes. */
function canonical(value: Json): string {
  return JSON.stringify(value, (_, item) =>
    item !== null && typeof item === 'object' && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}
