import type { Model } from '../model/model.ts';
import {
  aFunction,
  columnName,
  either,
  type Fields,
  group,
  integer,
  listOf,
  number,
  recordOf,
  required,
  text,
  timerMs,
} from '../options/bounds.ts';
import type { TrialOptions } from './challengers.ts';
import type { RequestLogOptions } from './requestLog.ts';
import type { ModelPlaces } from './servedModels.ts';
import type { ServeLimits, ServeLog } from './types.ts';

/** The options of `serve`. */
export interface ServeOptions {
  /**
   * The models, by the name under which each is asked for: the file of a model, or the folder of a run, whose latest it is. A function is asked
   * at each look at the files: `championsOf(home)` gives those of all jobs.
   */
  readonly models: ModelPlaces;
  /**
   * Loads a model: give one where the pipeline has functions of your own.
   * @default loadModel
   */
  readonly load?: (path: string) => Promise<Model>;
  /**
   * The port; 0 takes one that is free.
   * @default 8080
   */
  readonly port?: number;
  /**
   * The address that it listens at. Without a token, let nobody else reach it.
   * @default '127.0.0.1'
   */
  readonly host?: string;
  /**
   * What every request but those for health must bring, as `Authorization: Bearer TOKEN`.
   * @default none
   */
  readonly token?: string;
  /** @default those of each */
  readonly limits?: ServeLimits;
  /**
   * Milliseconds between two looks at the files of the models: one that has changed is loaded and takes over.
   * @default 1000
   */
  readonly followMs?: number;
  /**
   * Writes requests and their answers into Parquet files, which labels can be joined to later.
   * @default nothing is written down
   */
  readonly requestLog?: RequestLogOptions;
  /**
   * Models that are compared with those that answer, on the same rows, each under the name of the one that answers: without a `trial` they
   * score its rows as shadows. `championsOf(home, 'challenger')` gives those of all jobs.
   * @default none
   */
  readonly challengers?: ModelPlaces;
  /**
   * Has the challengers answer for a share of the values of a column: which value belongs to which never changes.
   * @default challengers are shadows
   */
  readonly trial?: TrialOptions;
  /**
   * Told of each model that was to take over and could not; the one before stays in service.
   * @default the log says so, and the metrics count it
   */
  readonly onRefusal?: (refused: RefusedModel) => void;
  /** @default warnings and errors go to the console */
  readonly log?: ServeLog;
}

/** A model that could not take over. */
export interface RefusedModel {
  /** Under which it is asked for; of a challenger, that of the model that it is compared with. */
  readonly name: string;
  readonly isChallenger: boolean;
  readonly refusal: Error;
}

const placesBound = either(recordOf('paths of models, by name', text('the path of a model')), aFunction<never>());

/** The limits that hold where none are given. */
export const defaultLimits: Required<ServeLimits> = {
  bodyBytes: 2 ** 23,
  rows: 10_000,
  depth: 16,
  requestMs: 10_000,
  connections: 1000,
};

/** What each option may be. */
export const serveFields: Fields<ServeOptions> = {
  models: required(placesBound),
  challengers: placesBound,
  trial: group<TrialOptions>({
    by: required(columnName),
    share: required(either(number({ above: 0, most: 1 }), aFunction<never>())),
  }),
  load: aFunction('a function that loads a model from a path'),
  port: integer({ least: 0, most: 65_535 }),
  host: text('an address'),
  token: text('a token'),
  limits: group<ServeLimits>({
    bodyBytes: integer({ least: 1 }),
    rows: integer({ least: 1 }),
    depth: integer({ least: 3 }),
    requestMs: integer({ least: 1, most: 2 ** 31 - 1 }),
    connections: integer({ least: 1 }),
  }),
  followMs: timerMs,
  onRefusal: aFunction(),
  requestLog: group<RequestLogOptions>({
    directory: required(text('the path of a folder')),
    keep: listOf('columns', columnName),
    partRows: integer({ least: 1 }),
    partMs: timerMs,
    mostBytes: integer({ least: 1 }),
    queueRows: integer({ least: 1 }),
  }),
  log: aFunction(),
};
