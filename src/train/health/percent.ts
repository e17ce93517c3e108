/** A share as people read it: `37 %`; never 0 % for what is there. */
export function percent(share: number): string {
  return `${share > 0 && share < 0.01 ? (100 * share).toPrecision(1) : Math.round(100 * share)} %`;
}
