const bars = '▁▂▃▄▅▆▇█';

/**
 * Numbers as bars in a line of text, from the least to the greatest; a point stands for one that is not finite.
 *
 * @example sparkline([1, 2, 4, 8]) //=> '▁▂▄█'
 */
export function sparkline(values: readonly number[]): string {
  const finite = values.filter(Number.isFinite);
  const [least, most] = [Math.min(...finite), Math.max(...finite)];
  const steps = bars.length - 1;
  return values
    .map((value) => {
      if (!Number.isFinite(value)) return '·';
      return bars[most === least ? 0 : Math.round((steps * (value - least)) / (most - least))];
    })
    .join('');
}
