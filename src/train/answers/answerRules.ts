import {
  anyText,
  type Bound,
  either,
  exactly,
  group,
  integer,
  listOf,
  number,
  oneOf,
  required,
} from '../../options/bounds.ts';
import { type Calibration, calibrationBound } from './calibration.ts';

/** How good probabilities are, over held-out rows. */
export interface ProbabilityScores {
  readonly logLoss: number;
  readonly brier: number;
  readonly calibrationError: number;
}

/** What was chosen on held-out rows, and what came of it. */
export interface ChosenAnswers {
  /** Updates that the parameters had had by then. */
  readonly step: number;
  /** Held-out rows that it was chosen on. */
  readonly rows: number;
  /** By what the threshold was chosen: F1, or the mean cost of a row; with it, and with 1/2. Null where it was not. */
  readonly threshold: { readonly by: 'f1' | 'cost'; readonly score: number; readonly scoreAtHalf: number } | null;
  /** The scores of probabilities as the network gives them, and recalibrated by what other held-out rows taught. Null where they were not. */
  readonly calibration: { readonly before: ProbabilityScores; readonly after: ProbabilityScores } | null;
  /** Why something could not be chosen, or not well. */
  readonly notes: readonly string[];
}

/** How a model turns what its network gives into answers. */
export interface AnswerRules {
  /** Of a target of two classes, the probability from which on the second is predicted; null for others. */
  readonly threshold: number | null;
  /** What is made of probabilities; null where they are as the network gives them. */
  readonly calibration: Calibration | null;
  /** How they were chosen on held-out rows; null where they were not. */
  readonly chosen: ChosenAnswers | null;
}

const scores = group<ProbabilityScores>({
  logLoss: required(number()),
  brier: required(number()),
  calibrationError: required(number()),
});

const chosen = group<ChosenAnswers>({
  step: required(integer({ least: 0 })),
  rows: required(integer({ least: 0 })),
  threshold: required(
    either(
      exactly(null),
      group<NonNullable<ChosenAnswers['threshold']>>({
        by: required(oneOf('f1', 'cost')),
        score: required(number()),
        scoreAtHalf: required(number()),
      }),
    ),
  ),
  calibration: required(
    either(
      exactly(null),
      group<NonNullable<ChosenAnswers['calibration']>>({ before: required(scores), after: required(scores) }),
    ),
  ),
  notes: required(listOf('lines', anyText)),
});

/** What a checkpoint may hold of them. */
export const answerRulesBound: Bound<AnswerRules> = group<AnswerRules>({
  threshold: required(either(exactly(null), number({ least: 0, most: 1 }))),
  calibration: required(either(exactly(null), calibrationBound)),
  chosen: required(either(exactly(null), chosen)),
});

/** Of a model for which nothing was declared or chosen. */
export function plainAnswers(task: 'binary' | 'classes' | 'regression'): AnswerRules {
  return { threshold: task === 'binary' ? 0.5 : null, calibration: null, chosen: null };
}
