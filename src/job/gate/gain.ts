import { metricMode } from '../../optimizer/schedules/metricMode.ts';

/** How much better the candidate's metric is than the champion's, in the metric's unit; below 0 where it is worse. */
export function gain(metric: string, candidate: number, champion: number): number {
  return metricMode(metric) === 'max' ? candidate - champion : champion - candidate;
}
