import { count } from './figures.ts';

/**
 * Bytes in units of 10^6.
 *
 * @example megabytes(265_400_000) //=> '265 MB'
 * @example megabytes(1_260_000, 1) //=> '1.3 MB'
 */
export function megabytes(bytes: number, decimals = 0): string {
  return `${decimals === 0 ? count(bytes / 1e6) : (bytes / 1e6).toFixed(decimals)} MB`;
}

/**
 * Bytes in units of 10^9.
 *
 * @example gigabytes(2_340_000_000) //=> '2.3 GB'
 */
export function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
