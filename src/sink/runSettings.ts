import { freeSnapshot } from '../checkpoint/freeSnapshot.ts';
import { flat } from '../format/flat.ts';
import type { Run } from './types.ts';

/** The settings by their path, `optimizer.options.learningRate`; not those of each column. */
export function runSettings(run: Run): ReturnType<typeof flat> {
  const snapshot = run.snapshot();
  freeSnapshot(snapshot);
  const { features: _, derive: __, ...pipeline } = (snapshot.state.pipeline ?? {}) as Readonly<Record<string, never>>;
  const settings = flat({ ...pipeline, epochs: run.epochs, engine: run.engine });
  return new Map([...settings].filter(([, value]) => value !== null));
}
