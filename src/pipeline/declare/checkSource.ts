import { OptionError } from '../../errors.ts';
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
  if (!source.unbounded && !source.once) {
    if (!shuffle || shuffle.maxWaitMs === undefined) return;
    throw new OptionError({
      where: 'definePipeline: shuffle.maxWaitMs',
      expected: `nothing, since ${source.name} has an end and can be read again: its windows are full, or the last`,
      received: `${shuffle.maxWaitMs}`,
    });
  }
  const [why, hint] = source.unbounded
    ? ['has no end', 'To read only its beginning, give limit(source, rows)']
    : ['can be read only once', 'Write it to a file first, or give a function that opens it anew each time'];
  const refuseIf = (isMore: boolean, key: string, expected: string, received: string): void => {
    if (!isMore) return;
    const where = `definePipeline: ${key}`;
    throw new OptionError({ where, expected: `${expected}, since ${source.name} ${why}`, received, hint });
  };
  refuseIf(fit === false, 'fit', '{ rows }, the first rows that statistics and vocabularies are fitted on', 'all rows');
  refuseIf(epochs > 1, 'epochs', '1', `${epochs}`);
  refuseIf(shuffle !== false && Boolean(shuffle.spill), 'shuffle.spill', 'false', 'true');
  if (!source.unbounded) return;
  const windows = '{ memoryMB } for windows that fill while you wait, or false';
  refuseIf(declared.shuffle === undefined, 'shuffle', windows, 'the default of 256 MB');
  const isNeverScored = split.validation > 0 && validateEverySteps === false;
  const steps = 'a number of steps after which the held-out rows are scored';
  refuseIf(isNeverScored, 'validateEverySteps', steps, 'false');
}
