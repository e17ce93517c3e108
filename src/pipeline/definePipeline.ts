import { assertOwn, brand } from '../brand.ts';
import { checkPipeline } from './checkPipeline.ts';
import { checkSource } from './checkSource.ts';
import type { Pipeline, PipelineOptions } from './pipeline.ts';

/**
 * Declares a training run. Checks what can be checked without reading a row; nothing is opened.
 *
 * @throws OptionError where an option is missing or out of bounds, or the options are those of another copy of Millrace
 */
export function definePipeline(options: PipelineOptions): Pipeline {
  assertOwn('definePipeline: options', options);
  const pipeline: Pipeline = {
    badRows: 'fail',
    derive: [],
    weight: false,
    split: { validation: 0 },
    fit: false,
    shuffle: { memoryMB: 256 },
    epochs: 1,
    sinks: [],
    seed: 0,
    reportEverySteps: 100,
    health: { everySteps: 200 },
    gradient: [],
    accumulate: 1,
    movingAverage: false,
    earlyStopping: false,
    validateEverySteps: false,
    ahead: 4,
    ...options,
    ...brand,
  };
  checkPipeline(pipeline);
  checkSource(pipeline, options);
  return Object.freeze(pipeline);
}
