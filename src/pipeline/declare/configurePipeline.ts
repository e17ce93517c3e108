import { OptionError } from '../../errors.ts';
import type { Json } from '../../json.ts';
import { didYouMean } from '../../options/didYouMean.ts';
import { otherNames } from '../../options/otherNames.ts';
import { skipRows } from '../badRows/skipRows.ts';
import { definePipeline } from './definePipeline.ts';
import type { Pipeline } from './pipeline.ts';

type Change = (pipeline: Pipeline, value: Json) => Partial<Pipeline>;

/** The plain options, by the key that `--set` takes. Whatever is set is checked again by `definePipeline`. */
const changes: Readonly<Record<string, Change>> = {
  batch: (_, value) => ({ batch: value as number }),
  epochs: (_, value) => ({ epochs: value as number }),
  seed: (_, value) => ({ seed: value as number }),
  ahead: (_, value) => ({ ahead: value as number }),
  reportEverySteps: (_, value) => ({ reportEverySteps: value as number }),
  'badRows.maxShare': ({ badRows }, value) => ({
    badRows: { ...(badRows === 'fail' ? skipRows() : badRows), maxShare: value as number },
  }),
  'split.validation': ({ split }, value) => ({ split: { ...split, validation: value as number } }),
  'split.seed': ({ split }, value) => ({ split: { ...split, seed: value as number } }),
  'fit.rows': (_, value) => ({ fit: { rows: value as number } }),
  'shuffle.memoryMB': ({ shuffle }, value) => ({ shuffle: { ...shuffle, memoryMB: value as number } }),
  'shuffle.maxWaitMs': ({ shuffle }, value) => ({ shuffle: { memoryMB: 256, ...shuffle, maxWaitMs: value as number } }),
  'shuffle.spill': ({ shuffle }, value) => ({ shuffle: { memoryMB: 256, ...shuffle, spill: value as boolean } }),
};

/**
 * The same pipeline with some plain options changed: `batch`, `epochs`, `seed`, `split.validation`, `split.seed`, `shuffle.memoryMB`,
 * `shuffle.spill`, `optimizer.learningRate` and so on. `badRows.maxShare` leaves bad rows out where they failed the run before.
 *
 * @throws OptionError where a key is none of these, or a value is out of its option's bounds
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
 * configurePipeline(pipeline, { epochs: 20, 'optimizer.learningRate': 0.1 }).epochs; //=> 20
 * ```
 */
export function configurePipeline(pipeline: Pipeline, settings: Readonly<Record<string, Json>>): Pipeline {
  let configured = pipeline;
  for (const [key, value] of Object.entries(settings)) {
    const change = Object.hasOwn(changes, key) ? changes[key] : optimizerChange(pipeline, key);
    if (!change) {
      const keys = [
        ...Object.keys(changes),
        ...Object.keys(pipeline.optimizer.options).map((name) => `optimizer.${name}`),
      ];
      throw new OptionError({
        where: `setting ${key}`,
        expected: `one of ${keys.join(', ')}`,
        received: key,
        hint: didYouMean(key, keys, otherNames),
      });
    }
    configured = definePipeline({ ...configured, ...change(configured, value) });
  }
  return configured;
}

function optimizerChange({ optimizer }: Pipeline, key: string): Change | undefined {
  const [part, name] = key.split('.', 2);
  if (part !== 'optimizer' || !name || !Object.hasOwn(optimizer.options, name)) return undefined;
  return (current, value) => ({ optimizer: current.optimizer.configure({ [name]: value }) });
}
