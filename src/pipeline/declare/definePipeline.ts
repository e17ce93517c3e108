import { assertOwn, brand } from '../../brand.ts';
import { readOptions } from '../../options/checkOptions.ts';
import { metricsFor } from '../../train/metrics/metricsFor.ts';
import { checkPipeline } from './checkPipeline.ts';
import { checkSource } from './checkSource.ts';
import type { Pipeline, PipelineOptions } from './pipeline.ts';
import { pipelineFields } from './pipelineFields.ts';

/**
 * Declares a training run. Checks what can be checked without reading a row; nothing is opened.
 *
 * @throws OptionError where an option is missing or out of bounds, or the options are those of another copy of Millrace
 * @example
 * ```ts
 * const pipeline = definePipeline({
 *   name: 'sum',
 *   source: memory([{ a: 1, b: 2, sum: 3 }, { a: 3, b: 1, sum: 4 }]),
 *   features: { a: numeric(), b: numeric() },
 *   target: regression('sum'),
 *   batch: 2,
 *   network: [dense(1)],
 *   loss: meanSquaredError(),
 *   optimizer: adam({ learningRate: 0.01 }),
 * });
 * pipeline.epochs; //=> 1
 * ```
 */
export function definePipeline(options: PipelineOptions): Pipeline {
  assertOwn('definePipeline: options', options);
  const inForce = readOptions('definePipeline', options, pipelineFields, {
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
    threshold: 0.5,
    calibrate: false,
    metrics: [],
    ahead: 4,
  });
  const { target, metrics, earlyStopping, optimizer } = inForce;
  const scored = metricsFor(target.kind, metrics);
  const pipeline: Pipeline = {
    ...inForce,
    earlyStopping: earlyStopping && (earlyStopping.knowing?.(scored) ?? earlyStopping),
    optimizer: optimizer.knowing?.(scored) ?? optimizer,
    ...brand,
  };
  checkPipeline(pipeline);
  checkSource(pipeline, options);
  return Object.freeze(pipeline);
}
