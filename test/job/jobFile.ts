import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { adam, binary, binaryCrossEntropy, definePipeline, dense, memory, numeric } from '../../src/index.ts';
import { defineJob, type Job, type JobOptions, manual } from '../../src/jobs.ts';

const pipeline = definePipeline({
  name: 'tiny',
  source: memory([{ x: 1, y: 0 }]),
  features: { x: numeric() },
  target: binary('y'),
  split: { validation: 0.5 },
  batch: 1,
  network: [dense(1)],
  loss: binaryCrossEntropy(),
  optimizer: adam({ learningRate: 0.1 }),
});

/** A job by hand that retries at once, with options put over it. */
export function tinyJob(options: Partial<JobOptions> = {}): Job {
  const retries = { limit: 3, backoff: 'fixed', first: { seconds: 0 } } as const;
  return defineJob({ name: 'tiny', pipeline, schedule: manual(), checks: [], retries, ...options });
}

/** Writes the file of a tiny job into a folder; options as code. @returns its path */
export async function jobFile(folder: string, name: string, options = 'schedule: manual()'): Promise<string> {
  const path = join(folder, `${name}.mjs`);
  const own = new URL('jobFile.ts', import.meta.url).href;
  const front = new URL('../../src/jobs.ts', import.meta.url).href;
  await writeFile(
    path,
    `import * as m from '${front}';
import { tinyJob } from '${own}';
const { cron, every, manual, onNewData, newRows, webhook } = m;
export default tinyJob({ name: '${name}', ${options} });
`,
  );
  return path;
}
