import type { Vector } from '../../engine/types.ts';
import type { Loss } from '../../loss/loss.ts';
import { brier } from '../metrics/brier.ts';
import { calibrationError } from '../metrics/calibrationError.ts';
import { logLoss } from '../metrics/logLoss.ts';
import type { AnswerRules, ChosenAnswers, ProbabilityScores } from './answerRules.ts';
import { type Calibration, recalibrate } from './calibration.ts';
import { chooseThreshold, type ErrorCosts, type Threshold } from './chooseThreshold.ts';
import { fitCalibration } from './fitCalibration.ts';

/** What a pipeline declares of answers. */
export interface DeclaredAnswers {
  readonly threshold: Threshold;
  readonly calibrate: Calibration['method'] | false;
}

/** Whether held-out rows have to tell. */
export function areChosen({ threshold, calibrate }: DeclaredAnswers): boolean {
  return typeof threshold !== 'number' || calibrate !== false;
}

/** Rows are kept until they have so many outputs; then every second of those that are there, and of those to come. */
const mostKept = 2 ** 22;

/** Rows of the rarest class below which nothing is chosen by them. */
export const fewestRows = 10;

/** Rows below which steps follow chance more than they follow the model. */
const fewForSteps = 1000;

/** Gathers what a network gives for held-out rows, and chooses by it. */
export interface AnswerChooser {
  /** @param output of the network, `[n, outputs]` */
  add(output: Vector, y: Vector, n: number, outputs: number): void;
  /** @param step updates that the parameters have had */
  result(step: number): AnswerRules;
}

/**
 * Begins to choose threshold and calibration. Both are fitted on all rows that are kept, the threshold after the calibration; the scores of the recalibrated
 * probabilities are of five parts of the rows, each recalibrated by the other four.
 *
 * @param loss turns outputs to probabilities
 * @param classes names of the classes, by number
 */
export function answerChooser(
  loss: Pick<Loss, 'predict'>,
  { threshold, calibrate }: DeclaredAnswers,
  classes: readonly string[] | undefined,
  most = mostKept,
): AnswerChooser {
  let kept = { p: new Float64Array(0), y: new Float64Array(0), n: 0 };
  let width = 1;
  let every = 1;
  let seen = 0;
  let scratch = new Float64Array(0);

  function keep(p: Float64Array, row: number, y: number): void {
    if ((kept.n + 1) * width > most) {
      every *= 2;
      const half = Math.ceil(kept.n / 2);
      for (let i = 0; i < half; i++) {
        kept.y[i] = kept.y[2 * i];
        kept.p.copyWithin(i * width, 2 * i * width, (2 * i + 1) * width);
      }
      kept.n = half;
      if (seen % every !== 0) return;
    }
    if (kept.n === kept.y.length) {
      const room = Math.max(1024, 2 * kept.n);
      const larger = { p: new Float64Array(room * width), y: new Float64Array(room), n: kept.n };
      larger.p.set(kept.p);
      larger.y.set(kept.y);
      kept = larger;
    }
    kept.p.set(p.subarray(row * width, (row + 1) * width), kept.n * width);
    kept.y[kept.n++] = y;
  }

  return {
    add(output, y, n, outputs) {
      width = outputs;
      if (scratch.length < n * outputs) scratch = new Float64Array(n * outputs);
      loss.predict(scratch, output, n, outputs);
      for (let row = 0; row < n; row++, seen++) if (seen % every === 0) keep(scratch, row, y[row]);
    },
    result(step) {
      const { n } = kept;
      const p = kept.p.subarray(0, n * width);
      const y = kept.y.subarray(0, n);
      const isBinary = width === 1;
      const fixed = isBinary ? (typeof threshold === 'number' ? threshold : 0.5) : null;
      const { why, notes } = doubts(p, y, width, classes, calibrate);
      if (why !== undefined) {
        const chosen: ChosenAnswers = { step, rows: n, threshold: null, calibration: null, notes: [why] };
        return { threshold: fixed, calibration: null, chosen };
      }
      const calibration = calibrate ? fitCalibration(calibrate, p, y, width) : null;
      const falls = calibration?.method === 'platt' && calibration.slopes.some((slope) => !(slope > 0));
      if (falls) notes.push('probabilities are not recalibrated: greater ones came true less often');
      const used = falls ? null : calibration;
      const recalibrated = used ? recalibratedCopy(used, p, n, width) : p;
      const by = typeof threshold === 'number' ? undefined : threshold;
      const found = by && isBinary ? chooseThreshold(by, recalibrated, y) : undefined;
      return {
        threshold: found?.threshold ?? fixed,
        calibration: used,
        chosen: {
          step,
          rows: n,
          threshold: found ? { by: nameOf(by!), score: found.score, scoreAtHalf: found.scoreAtHalf } : null,
          calibration: used && {
            before: scoresOf(p, y, width),
            after: scoresOf(crossFitted(used.method, p, y, width), y, width),
          },
          notes,
        },
      };
    },
  };
}

function nameOf(by: 'f1' | ErrorCosts): 'f1' | 'cost' {
  return by === 'f1' ? 'f1' : 'cost';
}

/** Why nothing can be chosen by these rows, or what should be known. */
function doubts(
  p: Float64Array,
  y: Float64Array,
  outputs: number,
  classes: readonly string[] | undefined,
  calibrate: DeclaredAnswers['calibrate'],
): { readonly why?: string; readonly notes: string[] } {
  const counts = new Array<number>(Math.max(2, outputs)).fill(0);
  for (const right of y) counts[right]++;
  const rarest = counts.indexOf(Math.min(...counts));
  const nothing = 'nothing is chosen by held-out rows';
  if (counts[rarest] < fewestRows) {
    const rows = `${counts[rarest]} of ${y.length} are of class ${classes?.[rarest] ?? rarest}`;
    return { why: `${nothing}: ${rows}, at least ${fewestRows} must be. Hold more rows out`, notes: [] };
  }
  if (!p.every(Number.isFinite)) return { why: `${nothing}: the predictions are not finite`, notes: [] };
  if (calibrate === 'isotonic' && y.length < fewForSteps) {
    return {
      notes: [
        `calibrate 'isotonic' on ${y.length} held-out rows follows their chance; below ${fewForSteps} 'platt' or 'temperature' is safer`,
      ],
    };
  }
  return { notes: [] };
}

function recalibratedCopy(calibration: Calibration, p: Float64Array, n: number, outputs: number): Float64Array {
  const copy = p.slice();
  recalibrate(calibration, copy, n, outputs);
  return copy;
}

const folds = 5;

/** Each fifth of the rows, dealt in turn, recalibrated by what the others teach. */
function crossFitted(method: Calibration['method'], p: Float64Array, y: Float64Array, outputs: number): Float64Array {
  const made = new Float64Array(p.length);
  for (let fold = 0; fold < folds; fold++) {
    const own = rowsOf(p, y, outputs, (row) => row % folds === fold);
    const others = rowsOf(p, y, outputs, (row) => row % folds !== fold);
    recalibrate(fitCalibration(method, others.p, others.y, outputs), own.p, own.y.length, outputs);
    own.y.forEach((_, i) => {
      made.set(own.p.subarray(i * outputs, (i + 1) * outputs), (fold + i * folds) * outputs);
    });
  }
  return made;
}

function rowsOf(
  p: Float64Array,
  y: Float64Array,
  outputs: number,
  isOne: (row: number) => boolean,
): { readonly p: Float64Array; readonly y: Float64Array } {
  return {
    p: p.filter((_, i) => isOne(Math.floor(i / outputs))),
    y: y.filter((_, row) => isOne(row)),
  };
}

function scoresOf(p: Float64Array, y: Float64Array, outputs: number): ProbabilityScores {
  const figure = (metric: ReturnType<typeof logLoss | typeof brier | typeof calibrationError>) => {
    const running = metric.begin();
    running.add(p, y, y.length, outputs);
    return running.result();
  };
  return { logLoss: figure(logLoss()), brier: figure(brier()), calibrationError: figure(calibrationError()) };
}
