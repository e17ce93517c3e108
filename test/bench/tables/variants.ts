/**
 * Contestants of Millrace: what `millrace init` writes, and what is changed of it. Each is a function of the text of the pipeline, so that
 * all the rest of the way, reading, splitting, stopping and predicting, is a newcomer's.
 */
type Change = (text: string) => string;

const all =
  (...changes: readonly Change[]): Change =>
  (text) =>
    changes.reduce((changed, change) => change(changed), text);

/** Imports more. */
const using =
  (...names: readonly string[]): Change =>
  (text) =>
    text.replace(/import \{([^}]*)\}/, (_, given: string) => {
      const all = new Set([...given.split(',').map((name) => name.trim()), ...names].filter((name) => name !== ''));
      return `import { ${[...all].join(', ')} }`;
    });

/** Gives each number an option more. */
const numbers =
  (options: string): Change =>
  (text) =>
    text
      .replaceAll('numeric()', `numeric({ ${options} })`)
      .replaceAll('numeric({ missing:', `numeric({ ${options}, missing:`);

const initializer = (made: string): Change =>
  all(using(made.replace(/\(.*/, '')), (text) =>
    text.replaceAll(/dense\((\d+)\)/g, `dense($1, { initializer: ${made} })`),
  );

const change =
  (from: string | RegExp, to: string): Change =>
  (text) =>
    text.replace(from, to);

/** Whole numbers of few values keep their order. */
const ordered: Change = (text) =>
  text.replaceAll(/(?:oneHot|embedding)\(.*?\)(, \/\/ [\d,]+ whole numbers.*)/g, (line, rest) =>
    line.includes('missing')
      ? `numeric({ embed: 'piecewiseLinear', missing: 'indicator' })${rest}`
      : `numeric({ embed: 'piecewiseLinear' })${rest}`,
  );

const dropped = (rate: number): Change => all(using('dropout'), change(/relu\(\),/g, `relu(), dropout(${rate}),`));
const base = all(using('numeric'), numbers("embed: 'piecewiseLinear'"), ordered, initializer('xavier()'));
const good = all(base, dropped(0.1));

export const variants: Readonly<Record<string, Change>> = {
  init: (text) => text,
  xavier: initializer('xavier()'),
  good,
  goodEma: all(
    good,
    using('movingAverage'),
    change(/batch: /, 'movingAverage: movingAverage({ decay: 0.999 }),\n  batch: '),
  ),
  goodWide: all(
    base,
    change(
      'network: [dense(128, { initializer: xavier() }), relu(),',
      'network: [dense(256, { initializer: xavier() }), relu(), dense(256, { initializer: xavier() }), relu(),',
    ),
    change('relu(), dense(128, {', 'relu(), dense(256, {'),
    dropped(0.15),
  ),
  goodDecay: all(good, using('adamW'), change(/adam\(\{ (.*?) \}\)/, 'adamW({ $1, weightDecay: 0.02 })')),
  goodLogLoss: all(good, change("metric: 'auc'", "metric: 'logLoss'")),
  goodSmall: all(good, (text) => text.replace(/batch: (\d+)/, (_, size) => `batch: ${Math.max(32, Number(size) / 2)}`)),
};
