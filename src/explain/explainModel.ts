import type { SplitRule } from '../batch/types.ts';
import { OptionError } from '../errors.ts';
import type { ModelRow } from '../model/encodeRow.ts';
import type { Model } from '../model/model.ts';
import { abortSignal, aFunction, columnName, type Fields, integer, listOf, objectOf, text } from '../options/bounds.ts';
import { checkOptions } from '../options/checkOptions.ts';
import { shownName, shownNames } from '../options/shown.ts';
import { type Derivation, derivationsBound } from '../preprocess/derive/derivation.ts';
import type { Source } from '../source/types.ts';
import { metricNames, metricsBound, metricsFor } from '../train/metrics/metricsFor.ts';
import type { Metric } from '../train/metrics/types.ts';
import { type CorrelatedPair, correlatedPairs } from './correlated.ts';
import { dependences } from './dependences.ts';
import { drawRows } from './drawRows.ts';
import { type BinaryGoodness, binaryGoodness, confusionOf, type Residuals, residualsOf } from './goodness.ts';
import { importances } from './importances.ts';
import { metricNamed, outputsOf, score } from './outputsOf.ts';
import { type Score, scoresOf } from './scores.ts';
import { type Slice, slicesOf } from './slices.ts';
import type { Dependence, Importance } from './types.ts';

/** The options of `explain`. */
export interface ExplainOptions {
  /**
   * Rows of the source that are drawn and kept; an integer, at least 1.
   * @default 5000
   */
  readonly rows?: number;
  /**
   * Times that each column is dealt to other rows; an integer, at least 1. More make the intervals smaller.
   * @default 5
   */
  readonly repeats?: number;
  /**
   * The metric that is lost, by its name.
   * @default the first of the target's kind: `auc`, `accuracy` or `mse`
   */
  readonly metric?: string;
  /**
   * Metrics of your own, beside those of the target's kind.
   * @default none
   */
  readonly metrics?: readonly Metric[];
  /**
   * Columns that are dealt together, such as those that stand in for each other.
   * @default each by itself
   */
  readonly groups?: readonly (readonly string[])[];
  /**
   * Columns by whose values the rows are divided, to see where the model is worst: those of the model or others of the source.
   * @default those of the model
   */
  readonly slices?: readonly string[];
  /**
   * Functions of yours from which the label is derived.
   * @default none
   */
  readonly derive?: readonly Derivation[];
  /**
   * The rule by which the training of the model has held rows out: of its own source these alone are looked at.
   * @default all rows
   */
  readonly heldOutBy?: SplitRule;
  /** @default 1 */
  readonly seed?: number;
  /** Ends the reading. */
  readonly signal?: AbortSignal;
  /**
   * Receives warnings, a line of text each.
   * @default a warning of the process
   */
  readonly tell?: (line: string) => void;
}

/** What a model does on rows, and why. Plain data: numbers, names, lists. */
export interface Explanation {
  /** Rows that were looked at, of so many that the source has, and those left out since they have no label or cannot be used. */
  readonly rows: number;
  readonly rowsRead: number;
  readonly leftOut: number;
  readonly target: string;
  readonly metric: { readonly name: string; readonly better: 'higher' | 'lower'; readonly value: number };
  /** All metrics of the target's kind, each with a 95 % interval beside the best constant answer. */
  readonly scores: readonly Score[];
  /** The columns of the model, and how many of the rows lack a value there, as a share. */
  readonly columns: readonly { readonly name: string; readonly kind: string; readonly missing: number }[];
  /** The columns, the one that the model would miss most first. */
  readonly importances: readonly Importance[];
  /** Columns that stand in for each other, so that each seems less important than it is. */
  readonly correlated: readonly CorrelatedPair[];
  /** How the prediction follows each column, the most important first. */
  readonly dependences: readonly Dependence[];
  /** Of a target of two classes. */
  readonly binary?: BinaryGoodness;
  /** Of more classes: rows by label and by what is predicted. */
  readonly confusion?: { readonly classes: readonly string[]; readonly counts: readonly (readonly number[])[] };
  /** Of numbers. */
  readonly residuals?: readonly Residuals[];
  /** Where the metric is worst, of parts with at least 30 rows. */
  readonly slices: readonly Slice[];
  /** What was not computed, and why; and what to keep in mind. */
  readonly notes: readonly string[];
}

const LEAST_ROWS = 30;

const fields: Fields<ExplainOptions> = {
  rows: integer({ least: 1 }),
  repeats: integer({ least: 1 }),
  metric: text('the name of a metric'),
  metrics: metricsBound,
  groups: listOf('lists of columns', listOf('columns', columnName, 1)),
  slices: listOf('columns', columnName),
  derive: derivationsBound,
  heldOutBy: objectOf('the rule of a split, as a checkpoint has it'),
  seed: integer(),
  signal: abortSignal,
  tell: aFunction(),
};

/**
 * Looks into a model with labelled rows that it has not been trained on: which columns it relies on, how its prediction follows each of them, how
 * good its probabilities are, and on which parts of the rows it is worst.
 *
 * @param source has the columns of the model and the label
 * @throws OptionError where an option is out of bounds, or names what the model does not have
 * @throws SchemaError where the source lacks a column
 * @example
 * ```ts
 * const model = await loadModel('runs/flats/1');
 * const { importances, notes } = await explain(model, model.open('new.csv'));
 * for (const { columns, loss } of importances) console.log(columns.join(', '), loss.mean);
 * ```
 */
export async function explain(model: Model, source: Source, options: ExplainOptions = {}): Promise<Explanation> {
  checkOptions<ExplainOptions>('explain', options, fields);
  const { rows = 5000, repeats = 5, metrics: own = [], groups = [], seed = 1, derive = [] } = options;
  const { schema, threshold } = model;
  const columns = schema.columns.map(({ name }) => name);
  const metric = metricNamed(model, options.metric, own);
  if (!metric) {
    const expected = `one of ${shownNames(metricNames(schema.target.kind, own))}`;
    throw new OptionError({ where: 'explain: metric', expected, received: shownName(options.metric ?? '') });
  }
  const unknown = groups.flat().find((name) => !columns.includes(name));
  if (unknown !== undefined) {
    const expected = `columns of the model: ${shownNames(columns)}`;
    throw new OptionError({ where: 'explain: groups', expected, received: shownName(unknown) });
  }
  const sliced = options.slices ?? columns;
  const times = schema.columns.filter(({ kind }) => kind === 'timestamp').map(({ name }) => name);
  const sample = await drawRows(model, source, {
    rows,
    seed,
    also: sliced,
    derive,
    heldOutBy: options.heldOutBy,
    signal: options.signal ?? new AbortController().signal,
    tell: options.tell ?? ((line) => process.emitWarning(line)),
  });
  const { y, rowsRead, leftOut } = sample;
  if (y.length === 0) {
    throw new OptionError({
      where: `explain: ${source.name}`,
      expected: 'rows with a label',
      received: rowsRead === 0 ? 'no rows' : `${rowsRead} rows, none of which has one that the model knows`,
    });
  }
  const p = outputsOf(model, sample.rows);
  const value = score(metric, p, y, threshold);
  const notes: string[] = [];
  const isDefined = Number.isFinite(value);
  if (!isDefined)
    notes.push(
      `${metric.name} is not defined on these rows, so that nothing can be said of importance and of parts: ${whyNot(model, y)}`,
    );
  if (y.length < 200) notes.push(`${y.length} rows are few: other rows may say something else`);
  const correlated = correlatedPairs(sample, columns);
  for (const { columns: pair, strength } of correlated.slice(0, 5)) {
    notes.push(
      `${pair.join(' and ')} tell much the same (${strength.toFixed(2)}), so that each alone seems less important than it is: deal them together with groups`,
    );
  }
  const found = isDefined ? importances(model, sample, { metric, groups, repeats, seed }) : [];
  const inOrder = found.length > 0 ? found.flatMap((each) => each.columns) : columns;
  const { kind, classes = [] } = schema.target;
  const hasBoth = y.includes(0) && y.includes(1);
  return {
    rows: y.length,
    rowsRead,
    leftOut,
    target: schema.target.column,
    metric: { name: metric.name, better: metric.better, value },
    scores: scoresOf(sample, p, { metrics: metricsFor(schema.target.kind, own), threshold, seed }),
    columns: schema.columns.map(({ name, kind: of }) => ({ name, kind: of, missing: missingShare(sample.rows, name) })),
    importances: found,
    correlated,
    dependences: dependences(model, sample, inOrder, { rows: 500, individual: 30, values: 20 }),
    ...(kind === 'binary' && hasBoth && { binary: binaryGoodness(p, y) }),
    ...(kind === 'classes' && { confusion: { classes, counts: confusionOf(p, y, classes.length) } }),
    ...(kind === 'regression' && { residuals: residualsOf(p, y) }),
    slices: isDefined
      ? slicesOf(sample, p, { metric, columns: sliced, times, threshold, leastRows: LEAST_ROWS, seed })
      : [],
    notes,
  };
}

function missingShare(rows: readonly ModelRow[], name: string): number {
  return rows.filter((row) => row[name] === null || row[name] === undefined).length / rows.length;
}

function whyNot({ schema }: Model, y: Float64Array): string {
  const [first = Number.NaN] = y;
  if (!y.every((label) => label === first)) return 'the predictions are not finite';
  const name = schema.target.kind === 'regression' ? `${first}` : (schema.target.classes?.[first] ?? `${first}`);
  return `all ${y.length} have the label ${name}`;
}
