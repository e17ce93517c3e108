import type { Model } from '../model/model.ts';

/** One line for people and logs. */
export type ServeLog = (level: 'info' | 'warn' | 'error', message: string) => void;

/** What a request may be at the most. */
export interface ServeLimits {
  /**
   * Bytes of a request's body; an integer, at least 1.
   * @default 8388608
   */
  readonly bodyBytes?: number;
  /**
   * Rows of a request; an integer, at least 1.
   * @default 10000
   */
  readonly rows?: number;
  /**
   * Lists and objects within one another in a body of JSON; an integer, at least 3.
   * @default 16
   */
  readonly depth?: number;
  /**
   * Milliseconds in which a request must have come whole; an integer, at least 1.
   * @default 10000
   */
  readonly requestMs?: number;
  /**
   * Connections at a time; more are closed as they come. An integer, at least 1.
   * @default 1000
   */
  readonly connections?: number;
}

/** A model under the name by which it is asked for. */
export interface ServedModel {
  readonly name: string;
  /** The model that answers now. It may be another one at the next call: ask once for each request. */
  current(): LoadedModel;
}

/** A model that has been loaded, and the words by which an answer says so. */
export interface LoadedModel {
  readonly model: Model;
  /** The first 16 digits of the model's hash. */
  readonly version: string;
  /** When it was put into service, in milliseconds since 1970 UTC. */
  readonly since: number;
}
