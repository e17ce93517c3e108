import { OptionError } from '../errors.ts';
import type { Loss } from '../loss/loss.ts';
import type { Layer } from '../network/layer.ts';
import type { GradientTransform } from '../optimizer/gradient/gradientTransform.ts';
import type { MovingAverage } from '../optimizer/movingAverage.ts';
import type { Optimizer } from '../optimizer/optimizer.ts';
import type { Derivation } from '../preprocess/derivation.ts';
import type { Feature } from '../preprocess/feature.ts';
import type { Target } from '../preprocess/target.ts';
import type { EarlyStopping } from '../train/earlyStopping.ts';
import { metricNames } from '../train/metrics/createEvaluation.ts';
import type { Sink, Source } from '../types.ts';
import { checkUnbounded } from './checkUnbounded.ts';

/** How the rows of an epoch are permuted. */
export interface Shuffling {
  /** Memory for the window in which rows are permuted, in MB (10^6 bytes); a positive number. */
  readonly memoryMB: number;
  /**
   * Makes the shuffle exact where the rows outgrow the window: they are dealt to disk once, `true` for the run's folder, and every epoch
   * reads them in another order. `false` permutes window by window.
   * @default false
   */
  readonly spill?: boolean | SpillPlace;
}

/** Where rows that outgrow memory go, and how much room they have. */
export interface SpillPlace {
  /**
   * The folder, made when only it is not there.
   * @default the run's folder
   */
  readonly directory?: string;
  /**
   * The most that they may take, in MB (10^6 bytes); a positive number.
   * @default as much as there is
   */
  readonly maxDiskMB?: number;
}

/** A training run as it is declared: flat, in the order in which data passes through. */
export interface PipelineOptions {
  /** Names the run's folder and its logs; letters, digits, `.`, `_` and `-`. */
  readonly name: string;
  /** Where the rows come from. */
  readonly source: Source;
  /**
   * Columns that are computed from others, in this order.
   * @default []
   */
  readonly derive?: readonly Derivation[];
  /** What the network sees: a feature for each column, by the column's name. */
  readonly features: Readonly<Record<string, Feature>>;
  /** What the network shall say. */
  readonly target: Target;
  /**
   * A column of numbers that says how much each row counts in the training loss; `false` where all count alike.
   * @default false
   */
  readonly weight?: string | false;
  /**
   * The share of rows that are held out for validation, in `[0, 1)`, and the columns whose hash decides (all that are read, by default).
   * @default { validation: 0 }
   */
  readonly split?: { readonly validation: number; readonly by?: readonly string[] };
  /**
   * The first rows of the source, training and held-out ones: statistics and vocabularies are fitted on the training side of them.
   * `false` for all rows; a source without an end needs a number, and takes its held-out rows from these alone.
   * @default false
   */
  readonly fit?: { readonly rows: number } | false;
  /**
   * Memory for the window in which rows are permuted, and whether rows that outgrow it are dealt to disk; `false` keeps the order of the
   * source.
   * @default { memoryMB: 256 }
   */
  readonly shuffle?: Shuffling | false;
  /** Rows of a mini-batch; an integer, at least 1. */
  readonly batch: number;
  /** The layers, input first. The last one's units are the output's: 1, or the number of classes. */
  readonly network: readonly Layer[];
  readonly loss: Loss;
  readonly optimizer: Optimizer;
  /**
   * What is done to the gradient before the optimizer sees it, in this order: clipping.
   * @default []
   */
  readonly gradient?: readonly GradientTransform[];
  /**
   * Mini-batches whose mean gradient makes one update; an integer, at least 1.
   * @default 1
   */
  readonly accumulate?: number;
  /**
   * Keeps an average of the parameters, which validation and the trained model use; `false` for none.
   * @default false
   */
  readonly movingAverage?: MovingAverage | false;
  /**
   * When to stop before all epochs are done, with the parameters that were best; `false` for never.
   * @default false
   */
  readonly earlyStopping?: EarlyStopping | false;
  /**
   * Steps between two validations within an epoch, beside the one at its end; `false` for none. The held-out rows are then kept in
   * memory.
   * @default false
   */
  readonly validateEverySteps?: number | false;
  /**
   * How often the source is read through; an integer, at least 1.
   * @default 1
   */
  readonly epochs?: number;
  /**
   * Places for what happens: progress, logs, metrics, checkpoints.
   * @default []
   */
  readonly sinks?: readonly Sink[];
  /**
   * Names all random numbers of the run; an integer.
   * @default 0
   */
  readonly seed?: number;
  /**
   * Steps between two reports of loss and speed; an integer, at least 1.
   * @default 100
   */
  readonly reportEverySteps?: number;
  /**
   * Steps between two examinations of the network, which tell what is wrong with it; `false` for none.
   * @default { everySteps: 200 }
   */
  readonly health?: { readonly everySteps: number } | false;
  /**
   * Record batches that may be read ahead; an integer, at least 1.
   * @default 4
   */
  readonly ahead?: number;
}

/** A checked declaration, all defaults filled in. */
export type Pipeline = Required<PipelineOptions>;

/**
 * Declares a training run. Checks what can be checked without reading a row; nothing is opened.
 *
 * @throws OptionError where an option is missing or out of bounds
 */
export function definePipeline(options: PipelineOptions): Pipeline {
  const pipeline: Pipeline = {
    derive: [],
    weight: false,
    split: { validation: 0 },
    fit: false,
    shuffle: { memoryMB: 256 },
    epochs: 1,
    sinks: [],
    seed: 0,
    reportEverySteps: 100,
    health: { everySteps: 200 },
    gradient: [],
    accumulate: 1,
    movingAverage: false,
    earlyStopping: false,
    validateEverySteps: false,
    ahead: 4,
    ...options,
  };
  const { name, split, fit, shuffle, health } = pipeline;
  const require = (holds: boolean, key: string, expected: string, received: unknown): void => {
    if (!holds) throw new OptionError({ where: `definePipeline: ${key}`, expected, received: `${received}` });
  };
  const wholeFrom1 = (key: 'batch' | 'accumulate' | 'epochs' | 'reportEverySteps' | 'ahead'): void => {
    const value = pipeline[key];
    require(Number.isSafeInteger(value) && value >= 1, key, 'an integer of at least 1', value);
  };

  require(/^[\w.-]+$/.test(name) && !/^\.+$/.test(name), 'name', 'letters, digits, ".", "_" and "-"', JSON.stringify(
    name,
  ));
  require(typeof pipeline.source?.open ===
    'function', 'source', 'a source, as parquet(...) or memory(...)', typeof pipeline.source);
  require(Object.keys(pipeline.features ?? {}).length > 0, 'features', 'at least one feature', 'none');
  require(pipeline.target !== undefined, 'target', 'binary(...), classes(...) or regression(...)', 'nothing');
  require(pipeline.weight === false ||
    (typeof pipeline.weight === 'string' &&
      pipeline.weight !== ''), 'weight', 'the name of a column, or false', pipeline.weight);
  const isShare = Number.isFinite(split.validation) && split.validation >= 0 && split.validation < 1;
  require(isShare, 'split.validation', 'a share in [0, 1)', split.validation);
  const isFit = fit === false || (Number.isSafeInteger(fit?.rows) && fit.rows >= 1);
  require(isFit, 'fit', '{ rows }, an integer of at least 1, or false', JSON.stringify(fit));
  if (shuffle) {
    const isSize = typeof shuffle.memoryMB === 'number' && shuffle.memoryMB > 0;
    require(isSize, 'shuffle.memoryMB', 'a positive number of megabytes', shuffle.memoryMB);
    checkSpill(shuffle, require);
    require(!fit ||
      !shuffle.spill, 'fit', 'false, since shuffle.spill wants to know how many rows there are', JSON.stringify(fit));
  }
  wholeFrom1('batch');
  require(pipeline.network?.length > 0, 'network', 'at least one layer', 'none');
  require(pipeline.loss !== undefined, 'loss', 'a loss', 'nothing');
  require(pipeline.optimizer !== undefined, 'optimizer', 'an optimizer', 'nothing');
  wholeFrom1('accumulate');
  wholeFrom1('epochs');
  const { validateEverySteps: every, earlyStopping } = pipeline;
  require(every === false ||
    (Number.isSafeInteger(every) && every >= 1), 'validateEverySteps', 'an integer of at least 1, or false', every);
  const plateau = pipeline.optimizer.plateau;
  for (const metric of [earlyStopping ? earlyStopping.options.metric : null, plateau?.metric]) {
    if (!metric) continue;
    const names = metricNames(pipeline.target.kind);
    require(names.includes(`${metric}`), 'the metric that is watched', `one of ${names.join(', ')}`, metric);
  }
  if (every || earlyStopping || plateau) {
    require(split.validation >
      0, 'split.validation', 'rows to validate on, for earlyStopping, onPlateau or validateEverySteps', split.validation);
  }
  require(Number.isSafeInteger(pipeline.seed), 'seed', 'an integer', pipeline.seed);
  wholeFrom1('reportEverySteps');
  wholeFrom1('ahead');
  if (health) {
    const { everySteps } = health;
    require(Number.isSafeInteger(everySteps) &&
      everySteps >= 1, 'health.everySteps', 'an integer of at least 1', everySteps);
  }
  checkUnbounded(pipeline, options);
  return Object.freeze(pipeline);
}

type Require = (holds: boolean, key: string, expected: string, received: unknown) => void;

function checkSpill({ spill = false }: Shuffling, require: Require): void {
  const isPlace = typeof spill === 'boolean' || (typeof spill === 'object' && spill !== null);
  require(isPlace, 'shuffle.spill', 'true, false or { directory, maxDiskMB }', spill);
  if (typeof spill === 'boolean') return;
  const { directory = '.', maxDiskMB = 1 } = spill;
  require(typeof directory === 'string' &&
    directory !== '', 'shuffle.spill.directory', 'the path of a folder', directory);
  const isSize = typeof maxDiskMB === 'number' && maxDiskMB > 0;
  require(isSize, 'shuffle.spill.maxDiskMB', 'a positive number of megabytes', maxDiskMB);
}
