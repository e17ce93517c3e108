import { take } from '../source/combine/take.ts';
import type { Source } from '../types.ts';
import type { Pipeline } from './pipeline.ts';

/** What the preprocessing is fitted on, the held-out rows among it: all of the source, or its first rows where `fit` names them. */
export function firstRows({ source, fit }: Pick<Pipeline, 'source' | 'fit'>): Source {
  return fit ? take(source, fit.rows) : source;
}

/** What held-out rows are taken from: all of the source, or the first rows of one without an end or that can be read only once. */
export function heldOutRows(pipeline: Pick<Pipeline, 'source' | 'fit'>): Source {
  const { source } = pipeline;
  return source.unbounded || source.once ? firstRows(pipeline) : source;
}
