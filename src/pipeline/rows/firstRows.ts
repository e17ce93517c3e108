import { keepFirst } from '../../source/combine/keepFirst.ts';
import { limit } from '../../source/combine/limit.ts';
import type { Source } from '../../source/types.ts';
import type { Pipeline } from '../declare/pipeline.ts';

/** What the preprocessing is fitted on, the held-out rows among it: all of the source, or its first rows where `fit` names them. */
export function firstRows({ source, fit }: Pick<Pipeline, 'source' | 'fit'>): Source {
  return fit ? limit(source, fit.rows) : source;
}

/**
 * The pipeline as it can be run: where its source can be read only once, the rows that are fitted on are kept until they are trained on.
 *
 * @param signal ends the reading
 */
export function keepFirstRows(pipeline: Pipeline, signal: AbortSignal): Pipeline {
  const { source, fit } = pipeline;
  return source.once && fit ? { ...pipeline, source: keepFirst(source, fit.rows, signal) } : pipeline;
}
