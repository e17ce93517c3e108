import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Run } from '../sink/types.ts';

/** A run in a folder that is removed when it ends, with the lines that it was told to log. */
export async function makeRun(
  t: { teardown(end: () => Promise<void>): unknown },
  changes: Partial<Run> = {},
): Promise<Run & { readonly logged: string[] }> {
  const directory = await mkdtemp(join(tmpdir(), 'millrace-sink-'));
  t.teardown(() => rm(directory, { recursive: true, force: true }));
  await mkdir(directory, { recursive: true });
  const logged: string[] = [];
  return {
    name: 'test',
    directory,
    engine: 'reference',
    epochs: 1,
    totalRows: 4,
    metric: 'logLoss',
    resumedAt: undefined,
    snapshot: () => ({ tensors: { w: { shape: [2], data: new Float32Array([1, 2]) } }, state: { rows: 4 } }),
    log: (level, message) => logged.push(`${level}: ${message}`),
    logged,
    ...changes,
  };
}
