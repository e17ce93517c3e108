/**
 * The flights as a pipeline that ends its process at the first step: `npm run millrace -- train test/bench/firstStep.ts --out DIR`.
 *
 * MILLRACE_WINDOW is the shuffle's memory in MB, MILLRACE_FIT the number of rows to fit on. With MILLRACE_CHECKPOINT, a number of steps, it
 * ends after these with a checkpoint.
 */
import flights from '../../pipelines/flights.ts';
import { checkpoint, type Sink } from '../../src/index.ts';

const { MILLRACE_WINDOW: window, MILLRACE_FIT: fit, MILLRACE_CHECKPOINT: steps } = process.env;
const end: Sink = {
  name: 'end',
  onError: 'stop',
  open: () => ({
    write(event) {
      // The step after comes when the checkpoint is durable.
      if (event.kind === 'step' && (steps === undefined || event.step > Number(steps))) process.exit(0);
    },
    close() {},
  }),
};

export default {
  ...flights,
  ...(window !== undefined && { shuffle: { memoryMB: Number(window) } }),
  ...(fit !== undefined && { fit: { rows: Number(fit) } }),
  sinks: steps === undefined ? [end] : [checkpoint({ everySteps: Number(steps) }), end],
};
