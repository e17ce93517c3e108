/**
 * Contestants of Millrace: what `millrace init` writes, and what is changed of it. Each is a function of the text of the pipeline, so that
 * all the rest of the way, reading, splitting, stopping and predicting, is a newcomer's.
 */
type Change = (text: string) => string;

const all =
  (...changes: readonly Change[]): Change =>
  (text) =>
    changes.reduce((changed, change) => change(changed), text);

const change =
  (from: RegExp, to: string): Change =>
  (text) =>
    text.replaceAll(from, to);

const scaled = all(
  change(/numeric\(\{ embed: 'piecewiseLinear' \}\)/g, 'numeric()'),
  change(/numeric\(\{ embed: 'piecewiseLinear', /g, 'numeric({ '),
);
const he = change(/, \{ initializer: xavier\(\) \}/g, '');
const noDropout = change(/^ {4}dropout\([\d.]+\),\n/gm, '');
const noAverage = change(/^ {2}movingAverage: .*\n/gm, '');
/** Two layers of 128 units for three of 256. */
const small: Change = (text) =>
  text.replace(/ {4}dense\(256, .*\n {4}relu\(\),\n( {4}dropout\(.*\n)?/, '').replaceAll('dense(256, ', 'dense(128, ');

export const variants: Readonly<Record<string, Change>> = {
  init: (text) => text,
  /** Without each of the things that `init` does beyond two plain layers over standardized numbers, and without all of them. */
  initScaled: scaled,
  initHe: he,
  initNoDropout: noDropout,
  initNoAverage: noAverage,
  initSmall: small,
  plain: all(small, scaled, he, noDropout, noAverage),
};
