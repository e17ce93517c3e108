import type { Metric } from '../../train/metrics/types.ts';

/** How much better the candidate's metric is than the champion's, in the metric's unit; below 0 where it is worse. */
export function gain(better: Metric['better'], candidate: number, champion: number): number {
  return better === 'higher' ? candidate - champion : champion - candidate;
}
