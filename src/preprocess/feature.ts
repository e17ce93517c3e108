import type { EmbeddingFeature } from './embedding.ts';
import type { NumericFeature } from './numeric.ts';
import type { OneHotFeature } from './oneHot.ts';
import type { VectorFeature } from './vector.ts';

/** What the network sees of a column, as it is declared: `numeric(...)`, `vector(...)`, `oneHot(...)` or `embedding(...)`. Plain JSON. */
export type Feature = NumericFeature | VectorFeature | OneHotFeature | EmbeddingFeature;
