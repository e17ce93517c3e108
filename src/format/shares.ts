import { digits } from './figures.ts';

/**
 * A share in percent, in whole ones from one percent on; never 0 % for what is there.
 *
 * @example percent(0.368) //=> '37 %'
 * @example percent(0.0004) //=> '0.04 %'
 */
export function percent(share: number): string {
  return `${share > 0 && share < 0.01 ? (100 * share).toPrecision(1) : Math.round(100 * share)} %`;
}

/**
 * A share in percent, in three digits at the most.
 *
 * @example exactPercent(0.04875) //=> '4.88 %'
 */
export function exactPercent(share: number): string {
  return `${digits(100 * share, 3)} %`;
}
