import { keepFirst } from '../source/combine/keepFirst.ts';
import type { Pipeline } from './pipeline.ts';

/**
 * The pipeline as it can be run: where its source can be read only once, the rows that are fitted on are kept until they are trained on.
 *
 * @param signal ends the reading
 */
export function keepFirstRows(pipeline: Pipeline, signal: AbortSignal): Pipeline {
  const { source, fit } = pipeline;
  return source.once && fit ? { ...pipeline, source: keepFirst(source, fit.rows, signal) } : pipeline;
}
