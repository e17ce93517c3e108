import { createHash } from 'node:crypto';
import type { ModelRow } from '../model/encodeRow.ts';
import type { Prediction } from '../model/predictions.ts';
import type { Predictions } from './serving.ts';
import type { LoadedModel, ServedModel, ServeLog } from './types.ts';

/** Which rows a challenger answers. */
export interface TrialOptions {
  /** The column whose values are dealt: rows of one value are answered by the same model. */
  readonly by: string;
  /**
   * The share of the values that the challenger answers; above 0, at most 1. A function is asked at each look at the files, and gives shares by the
   * names of models: `sharesOf(home, 'challenger')` gives those of the registry. A challenger without one is a shadow.
   */
  readonly share: number | (() => Promise<Readonly<Record<string, number>>>);
}

export interface ChallengersOptions {
  /** The challenger of a model, by the name of this; undefined where it has none. */
  readonly find: (name: string) => ServedModel | undefined;
  /** The column whose values are dealt, and the share of a model's challenger; undefined where all are shadows. */
  readonly trial: { readonly by: string; readonly shareOf: (name: string) => number | undefined } | undefined;
  readonly log: ServeLog;
  /** A challenger has scored rows that another has answered. */
  readonly onShadow: (scored: Shadowed) => void;
  /** Rows that a challenger has not scored: it could not, or there were too many. */
  readonly onMissed: (name: string, why: 'failed' | 'busy', rows: number) => void;
}

export interface Shadowed {
  readonly name: string;
  readonly loaded: LoadedModel;
  readonly rows: readonly ModelRow[];
  readonly predictions: Predictions;
  /** What was answered. */
  readonly answers: Predictions;
}

/** Models that are compared with those that answer, on the same rows. */
export interface Challengers {
  /** Predicts for the rows that are the challenger's own; undefined where there are none, or it cannot. */
  answer(name: string, rows: readonly ModelRow[]): ChallengerAnswer | undefined;
  /** Has rows scored as a shadow, when nobody waits for the answer any more. */
  shadow(name: string, rows: readonly ModelRow[], answers: Predictions): void;
  /** Scores what is left. */
  close(): void;
}

export interface ChallengerAnswer {
  readonly loaded: LoadedModel;
  /** Whether a row is the challenger's own. */
  readonly isOwn: readonly boolean[];
  /** Of its own rows, in their order. */
  readonly predictions: Predictions;
}

/** Rows that wait for a shadow. */
const MOST_WAITING = 10_000;

export function createChallengers({ find, trial, log, onShadow, onMissed }: ChallengersOptions): Challengers {
  const queue: Omit<Shadowed, 'loaded' | 'predictions'>[] = [];
  let waiting = 0;
  let isDue = false;
  /** Versions whose failure has been told of. */
  const told = new Set<string>();

  function predict(name: string, { model, version }: LoadedModel, rows: readonly ModelRow[]): Predictions | undefined {
    try {
      return model.predictRows(rows);
    } catch (error) {
      onMissed(name, 'failed', rows.length);
      if (!told.has(version)) log('warn', `${name}: the challenger, version ${version}: ${(error as Error).message}`);
      told.add(version);
      return undefined;
    }
  }

  function scoreNext(): void {
    const next = queue.shift();
    if (!next) return;
    const { name, rows } = next;
    waiting -= rows.length;
    const loaded = find(name)?.current();
    const predictions = loaded && predict(name, loaded, rows);
    if (predictions) onShadow({ ...next, loaded, predictions });
  }

  /** One a turn, so that requests come between. */
  function scoreLater(): void {
    isDue = true;
    setImmediate(() => {
      scoreNext();
      isDue = false;
      if (queue.length > 0) scoreLater();
    });
  }

  return {
    answer(name, rows) {
      const share = trial?.shareOf(name);
      const loaded = share !== undefined && find(name)?.current();
      if (!trial || !share || !loaded) return undefined;
      const isOwn = rows.map((row) => isDealt(name, row[trial.by], share));
      const own = rows.filter((_, i) => isOwn[i]);
      const predictions = own.length > 0 ? predict(name, loaded, own) : undefined;
      return predictions && { loaded, isOwn, predictions };
    },
    shadow(name, rows, answers) {
      if (trial?.shareOf(name) !== undefined || !find(name)) return;
      if (waiting + rows.length > MOST_WAITING) {
        onMissed(name, 'busy', rows.length);
        return;
      }
      queue.push({ name, rows, answers });
      waiting += rows.length;
      if (!isDue) scoreLater();
    },
    close() {
      while (queue.length > 0) scoreNext();
    },
  };
}

/** Whether a value is among a share of all values. A row without one is answered by the champion. */
function isDealt(name: string, key: unknown, share: number): boolean {
  if (key === null || key === undefined) return false;
  const text = typeof key === 'object' ? JSON.stringify(key) : `${key}`;
  return createHash('sha256').update(`${name}\0${text}`).digest().readUInt32BE(0) < share * 2 ** 32;
}

/** How far two predictions are apart: as numbers, or the probability that would have to move from class to class. */
export function differenceOf(one: Prediction, other: Prediction): number {
  if (one.probability !== undefined) return Math.abs(one.probability - (other.probability ?? 0));
  if (one.probabilities === undefined) return Math.abs(Number(one.predicted) - Number(other.predicted));
  const names = new Set([...Object.keys(one.probabilities), ...Object.keys(other.probabilities ?? {})]);
  const moved = [...names].reduce(
    (sum, name) => sum + Math.abs((one.probabilities?.[name] ?? 0) - (other.probabilities?.[name] ?? 0)),
    0,
  );
  return moved / 2;
}
