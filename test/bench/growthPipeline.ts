/** The flights, as many of them as MILLRACE_ROWS says, over and over: with the same window, memory must not grow. */

import flights from '../../pipelines/flights.ts';
import { checkpoint, definePipeline, limit, repeatSource } from '../../src/index.ts';

/** Rows of the file. */
const FILE_ROWS = 3_000_000;
const rows = Number(process.env.MILLRACE_ROWS ?? FILE_ROWS);

export default definePipeline({
  ...flights,
  name: 'growth',
  source: limit(repeatSource(flights.source, Math.ceil(rows / FILE_ROWS)), rows),
  shuffle: { memoryMB: 16 },
  sinks: [checkpoint({ everySteps: 500, keep: 3 })],
});
