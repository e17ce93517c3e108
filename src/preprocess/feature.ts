import type { EmbeddingFeature } from './embedding.ts';
import type { NumericFeature } from './numeric.ts';
import type { OneHotFeature } from './oneHot.ts';

/** What the network sees of a column, as it is declared: `numeric(...)`, `oneHot(...)` or `embedding(...)`. Plain JSON. */
export type Feature = NumericFeature | OneHotFeature | EmbeddingFeature;
