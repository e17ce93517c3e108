import { checkpoint, csv, type Pipeline } from '../../src/index.ts';
import { dirtyPipeline, types } from '../pipeline/dirty.ts';

/** A run over rows of which a sixth cannot be used, in the file that the environment names; it saves as often as it can be killed. */
const oftenDirty: Pipeline = {
  ...dirtyPipeline(csv(process.env.DIRTY_ROWS ?? '', { types, batchRows: 500 })),
  name: 'oftenDirty',
  // Windows of a twentieth of the rows, or buckets of as many.
  shuffle: { memoryMB: 0.03, spill: process.env.DIRTY_SPILL === 'yes' },
  epochs: 4,
  sinks: [checkpoint({ everyMs: 50, keep: 2 })],
};

export default oftenDirty;
