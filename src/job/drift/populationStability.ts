/** In place of a smaller share: the logarithm of nothing is no number. */
const least = 1e-4;

/**
 * Population stability index of two distributions over the same bins; 0 where they are equal. Shares below 0.0001 count as 0.0001.
 *
 *   psi = sum (q - p) ln(q / p)
 *
 * Convention: as in credit scoring, where 0.1 is called a small change and 0.25 a large one. Without any change it is about
 * `(bins - 1) (1/n + 1/m)` for samples of `n` and `m` rows.
 * @param p shares that were
 * @param q shares that are
 * @example populationStability([0.5, 0.5], [0.5, 0.5]) //=> 0
 * @see Yurdakul and Naranjo 2020, Statistical properties of the population stability index, doi:10.21314/JRMV.2020.227
 */
export function populationStability(p: readonly number[], q: readonly number[]): number {
  return p.reduce((sum, share, i) => {
    const was = Math.max(share, least);
    const is = Math.max(q[i], least);
    return sum + (is - was) * Math.log(is / was);
  }, 0);
}
