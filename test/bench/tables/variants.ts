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
    text.replace(
      /import \{/,
      `import { ${names
        .filter(
          (name) => !new RegExp(`\\b${name}\\b[,\\s]`).test(text.slice(text.indexOf('import'), text.indexOf('from'))),
        )
        .map((name) => `${name},`)
        .join(' ')}`,
    );

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

export const variants: Readonly<Record<string, Change>> = {
  init: (text) => text,
  xavier: initializer('xavier()'),
  ple: numbers("embed: 'piecewiseLinear'"),
  pleXavier: all(numbers("embed: 'piecewiseLinear'"), initializer('xavier()')),
  ple16Xavier: all(numbers("embed: 'piecewiseLinear', bins: 16"), initializer('xavier()')),
  robustXavier: all(numbers("scale: 'robust', clip: 'smooth'"), initializer('xavier()')),
  pleXavierLogLoss: all(
    numbers("embed: 'piecewiseLinear'"),
    initializer('xavier()'),
    change("metric: 'auc'", "metric: 'logLoss'"),
  ),
  pleXavierDropout: all(
    numbers("embed: 'piecewiseLinear'"),
    initializer('xavier()'),
    using('dropout'),
    change(/relu\(\),/g, 'relu(), dropout(0.1),'),
  ),
};
