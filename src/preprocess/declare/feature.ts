import { type Bound, bound } from '../../options/bounds.ts';
import type { EmbeddingFeature } from './embedding.ts';
import type { NumericFeature } from './numeric.ts';
import type { OneHotFeature } from './oneHot.ts';
import type { VectorFeature } from './vector.ts';

/** What the network sees of a column, as it is declared: `numeric(...)`, `vector(...)`, `oneHot(...)` or `embedding(...)`. Plain JSON. */
export type Feature = NumericFeature | VectorFeature | OneHotFeature | EmbeddingFeature;

const kinds: readonly unknown[] = ['numeric', 'vector', 'oneHot', 'embedding'] satisfies Feature['kind'][];

/** A feature. */
export const featureBound: Bound<Feature> = bound(
  'a feature, as numeric(), oneHot(), embedding(8) or vector(3)',
  (value) => kinds.includes((value as Feature | null | undefined)?.kind),
  (value) => (kinds.includes(value) ? `It is made by a function, as ${value}()` : undefined),
);
