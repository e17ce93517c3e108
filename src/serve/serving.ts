import type { ModelRow, RowNotes } from '../model/encodeRow.ts';
import type { Prediction } from '../model/predictions.ts';
import { didYouMean } from '../options/didYouMean.ts';
import type { Challengers } from './challengers.ts';
import { createMicroBatches } from './microBatches.ts';
import { RequestError } from './problem.ts';
import type { BodyLimits } from './readRows.ts';
import type { ServedModels } from './servedModels.ts';
import type { LoadedModel, ServedModel } from './types.ts';

/** What every answer says of the model that gave it. */
export interface AnswerHead {
  readonly model: string;
  readonly version: string;
}

export type Predictions = readonly (Prediction & RowNotes)[];

export interface Answered {
  /** Where two models have answered rows of one request, each says the version of its own. */
  readonly predictions: readonly (Prediction & RowNotes & { readonly version?: string })[];
  /** Its version is that of all rows, or both, joined by a plus. */
  readonly head: AnswerHead;
}

/** Told of rows and what one model has answered: what counts, and what writes it down. */
export type OnAnswer = (name: string, loaded: LoadedModel, rows: readonly ModelRow[], predictions: Predictions) => void;

/** What the routes share. */
export interface Serving {
  readonly limits: BodyLimits;
  readonly models: () => readonly ServedModel[];
  /** Requests that have been answered with predictions. */
  answered(): number;
  /** @throws RequestError where there is no model of that name */
  find(name: string): ServedModel;
  /**
   * Predicts for rows with the model that is in service now: all of a request are answered by one, but for those that a challenger has in a trial.
   *
   * @param isPinned whether the version was asked for, so that no challenger answers
   */
  answer(served: ServedModel, rows: readonly ModelRow[], isPinned?: boolean): Answered;
  /** Predicts for the only row of a request, together with those of others that have just come. */
  answerOne(served: ServedModel, row: ModelRow): Promise<Answered>;
}

export function createServing(
  { all: models, get }: ServedModels,
  limits: BodyLimits,
  challengers: Challengers,
  onAnswer: OnAnswer,
): Serving {
  let answered = 0;
  const answerSoon = createMicroBatches((served, rows) => answerRows(served, rows, false));
  return {
    limits,
    models,
    answered: () => answered,
    find(name) {
      const found = get(name);
      if (found) return found;
      const names = models().map((each) => each.name);
      const hint = didYouMean(name, names) ?? `There is ${names.slice(0, 20).join(', ') || 'none'}`;
      throw new RequestError(404, `no model is called ${JSON.stringify(name.slice(0, 100))}. ${hint}`);
    },
    answer(served, rows, isPinned = false) {
      const given = answerRows(served, rows, isPinned);
      answered++;
      return given;
    },
    async answerOne(served, row) {
      const given = await answerSoon(served, row);
      answered++;
      return given;
    },
  };

  function answerRows(served: ServedModel, rows: readonly ModelRow[], isPinned: boolean): Answered {
    const { name } = served;
    const loaded = served.current();
    const { model, version } = loaded;
    const other = isPinned || rows.length === 0 ? undefined : challengers.answer(name, rows);
    if (!other) {
      const predictions = rows.length === 0 ? [] : model.predictRows(rows);
      onAnswer(name, loaded, rows, predictions);
      challengers.shadow(name, rows, predictions);
      return { predictions, head: { model: name, version } };
    }
    const { isOwn } = other;
    const theirs = rows.filter((_, i) => isOwn[i]);
    if (theirs.length === rows.length) {
      onAnswer(name, other.loaded, rows, other.predictions);
      return { predictions: other.predictions, head: { model: name, version: other.loaded.version } };
    }
    // All of them, so that an error names the row as it was sent.
    const predictions = model.predictRows(rows);
    const [ours, rest] = [rows.filter((_, i) => !isOwn[i]), predictions.filter((_, i) => !isOwn[i])];
    onAnswer(name, other.loaded, theirs, other.predictions);
    onAnswer(name, loaded, ours, rest);
    let next = 0;
    return {
      predictions: predictions.map((each, i) =>
        isOwn[i] ? { ...other.predictions[next++]!, version: other.loaded.version } : { ...each, version },
      ),
      head: { model: name, version: `${version}+${other.loaded.version}` },
    };
  }
}
