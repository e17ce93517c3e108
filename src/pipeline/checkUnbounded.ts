import { OptionError } from '../errors.ts';
import type { Pipeline, PipelineOptions } from './definePipeline.ts';

/**
 * Holds a pipeline over a source without an end to what can be done with one: whatever waits for the end would wait for ever.
 *
 * @param declared as it was written, without the defaults
 * @throws OptionError where an option waits for the end
 */
export function checkUnbounded(pipeline: Pipeline, declared: PipelineOptions): void {
  const { source, fit, split, shuffle, epochs, validateEverySteps } = pipeline;
  if (!source.unbounded) return;
  const require = (holds: boolean, key: string, expected: string, received: unknown): void => {
    if (holds) return;
    throw new OptionError({
      where: `definePipeline: ${key}`,
      expected: `${expected}, since ${source.name} has no end`,
      received: typeof received === 'object' ? JSON.stringify(received) : `${received}`,
      hint: 'To read only its beginning, give take(source, rows)',
    });
  };
  require(fit !== false, 'fit', '{ rows }, the first rows that statistics and vocabularies are fitted on', 'all rows');
  require(epochs === 1, 'epochs', '1', epochs);
  require(declared.shuffle !==
    undefined, 'shuffle', '{ memoryMB } for windows that fill while you wait, or false', 'the default of 256 MB');
  require(shuffle === false || !shuffle.spill, 'shuffle.spill', 'false', 'true');
  const isScored = split.validation === 0 || validateEverySteps !== false;
  require(isScored, 'validateEverySteps', 'a number of steps after which the held-out rows are scored', validateEverySteps);
}
