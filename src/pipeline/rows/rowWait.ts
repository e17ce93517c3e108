import type { WindowWait } from '../../batch/shuffle.ts';
import { windowRows } from '../../batch/windowRows.ts';
import type { Pipeline } from '../declare/pipeline.ts';
import type { Assembly } from '../run/assemble.ts';
import { windowMB } from './windowMB.ts';

/** Milliseconds that rows of a source without an end wait for their window, where nothing else is declared. */
export const defaultWaitMs = 5000;

/** How long rows wait for their window: as declared, or else as their source ends or not. */
export function maxWaitMs({ source, shuffle }: Pick<Pipeline, 'source' | 'shuffle'>): number {
  const declared = shuffle ? shuffle.maxWaitMs : undefined;
  return declared ?? (source.unbounded ? defaultWaitMs : Number.POSITIVE_INFINITY);
}

/** The bound on how long rows wait, where their source may never end. The first window that it cuts is told of, the tenth, the hundredth and so on. */
export function rowWait({
  pipeline,
  gate,
  preprocessor,
  tell,
}: Pick<Assembly, 'pipeline' | 'gate' | 'preprocessor' | 'tell'>): WindowWait | undefined {
  const { source, shuffle, batch } = pipeline;
  if (!source.unbounded && !source.once) return undefined;
  const maxMs = maxWaitMs(pipeline);
  const full = shuffle
    ? `a window of ${windowRows(windowMB(pipeline), preprocessor.layout)}`
    : `a mini-batch of ${batch}`;
  let cuts = 0;
  let next = 1;
  return {
    maxMs,
    gate,
    onCut(rows) {
      if (++cuts < next) return;
      next *= 10;
      const alone = shuffle ? ', permuted among themselves alone' : '';
      const times = cuts === 1 ? '' : ` (so far ${cuts} times)`;
      tell?.(
        `${source.name}: after ${maxMs / 1000} s without rows enough for ${full}, trains on the ${rows === 1 ? 'one that waits' : `${rows} that wait`}${rows === 1 ? '' : alone}${times}`,
        'info',
      );
    },
  };
}
