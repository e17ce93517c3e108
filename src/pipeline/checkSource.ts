import { OptionError } from '../errors.ts';
import type { Pipeline, PipelineOptions } from './pipeline.ts';

/**
 * Holds a pipeline to what its source can do. What waits for the end of a source that has none would wait for ever; of one that can be
 * read only once, nothing is there for another look.
 *
 * @param declared as it was written, without the defaults
 * @throws OptionError where an option asks for more
 */
export function checkSource(pipeline: Pipeline, declared: PipelineOptions): void {
  const { source, fit, split, shuffle, epochs, validateEverySteps } = pipeline;
  if (!source.unbounded && !source.once) return;
  const [why, hint] = source.unbounded
    ? ['has no end', 'To read only its beginning, give take(source, rows)']
    : ['can be read only once', 'Write it to a file first, or give a function that opens it anew each time'];
  const require = (holds: boolean, key: string, expected: string, received: unknown): void => {
    if (holds) return;
    throw new OptionError({
      where: `definePipeline: ${key}`,
      expected: `${expected}, since ${source.name} ${why}`,
      received: typeof received === 'object' ? JSON.stringify(received) : `${received}`,
      hint,
    });
  };
  require(fit !== false, 'fit', '{ rows }, the first rows that statistics and vocabularies are fitted on', 'all rows');
  require(epochs === 1, 'epochs', '1', epochs);
  require(shuffle === false || !shuffle.spill, 'shuffle.spill', 'false', 'true');
  if (!source.unbounded) return;
  require(declared.shuffle !==
    undefined, 'shuffle', '{ memoryMB } for windows that fill while you wait, or false', 'the default of 256 MB');
  const isScored = split.validation === 0 || validateEverySteps !== false;
  require(isScored, 'validateEverySteps', 'a number of steps after which the held-out rows are scored', validateEverySteps);
}
