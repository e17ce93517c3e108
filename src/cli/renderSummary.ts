import { join, relative, sep } from 'node:path';
import { count, digits } from '../format/figures.ts';
import { megabytes } from '../format/sizes.ts';
import { table } from '../format/table.ts';
import type { Summary } from '../pipeline/run/summary.ts';
import { spendingInWords } from '../sink/spendingInWords.ts';
import { replaced } from './replaced.ts';
import { scoreTable } from './scoreTable.ts';

/** A summary for people: what was done, how good it is, where it lies, and what to do with it. */
export function renderSummary(summary: Summary, commands: Readonly<Record<string, string>>): string {
  const { phases, validation: metrics, validatedAt, checkpoint } = summary;
  const lines = [
    `${summary.name}: ${summary.outcome}`,
    '',
    table([
      ['rows', rowsInWords(summary)],
      ...stoppingInWords(summary),
      [
        'seconds',
        `${summary.seconds.toFixed(2)} (fit ${phases.fit.toFixed(2)}, train ${phases.train.toFixed(2)}, validate ${phases.validate.toFixed(2)})`,
      ],
      ['rows a second', count(summary.rowsPerSecond)],
      ['bottleneck', `${summary.bottleneck}: ${spendingInWords(summary.spending) || 'nothing was done'}`],
      [
        'training loss',
        summary.loss === null ? 'no step was made' : `${digits(summary.loss, 5)} in epoch ${summary.lossEpoch}`,
      ],
      ...answersInWords(summary.answers),
      ['engine', summary.engine],
      ['parameters', `${count(summary.parameters)}, sha256 ${summary.parametersSha256.slice(0, 16)}`],
      ['peak memory', megabytes(summary.peakMemoryBytes)],
      ...(summary.missing + summary.unseen > 0 ? [['replaced', replaced(summary)]] : []),
      ...(summary.badRows > 0 ? [['left out', leftOut(summary)]] : []),
      ...(summary.waitingRows > 0 ? [['waiting', waitingInWords(summary)]] : []),
      ...Object.entries(summary.dropped).map(([sink, events]) => ['dropped', `${count(events)} events by ${sink}`]),
    ]),
  ];
  if (metrics) {
    const title = `validation${validatedAt ? ` at ${momentInWords(validatedAt)}` : ''}, ${count(summary.validationRows)} rows`;
    const { baseline, constants, notDefined } = summary;
    lines.push(
      '',
      scoreTable(title, {
        metrics,
        baseline: baseline ?? {},
        constants: constants ?? {},
        notDefined: notDefined ?? {},
      }),
    );
  }
  if (summary.warnings.length > 0) lines.push('', ...summary.warnings);
  lines.push('', `written to ${summary.directory}:`, table(filesInWords(summary)));
  if (!checkpoint) lines.push('', `no checkpoint: ${noCheckpoint}`);
  if (Object.keys(commands).length > 0) lines.push('', table(Object.entries(commands)));
  return lines.join('\n');
}

/** What it means that a pipeline writes no checkpoints. */
export const noCheckpoint = 'the model is not kept. Add checkpoint({ everySteps: 500 }) to the sinks';

/** A file a line; of the checkpoints the latest. */
function filesInWords({ files, directory, checkpoint }: Summary): string[][] {
  return Object.entries(files).map(([path, what]) => {
    const isAbove = checkpoint?.startsWith(join(directory, path) + sep);
    return [`  ${isAbove ? relative(directory, `${checkpoint}`) : path}`, what];
  });
}

function rowsInWords({ rows, steps, epochs, trainingRows, outcome }: Summary): string {
  const whole = outcome === 'interrupted' ? 'whole ' : '';
  const each = trainingRows === null ? '' : ` of ${count(trainingRows)}`;
  return `${count(rows)} in ${count(steps)} step${plural(steps)}: ${epochs} ${whole}epoch${plural(epochs)}${each}`;
}

/** What becomes of rows whose window was not full when the run was interrupted. */
function waitingInWords({ waitingRows, checkpoint }: Summary): string {
  const when = checkpoint ? 'a run that is resumed reads them again' : 'a new run reads them again';
  return `${count(waitingRows)} row${plural(waitingRows)} that had been read and not been trained on: ${when}, where its source can`;
}

/** When early stopping has stopped, and which validation was the best, where it is not simply the last. */
function stoppingInWords({ earlyStopping, best, validatedAt, outcome }: Summary): string[][] {
  if (!earlyStopping) {
    if (!best || best.step === validatedAt?.step) return [];
    return [['best', `${scoreInWords(best)}; the model is the last one; earlyStopping would have kept the best`]];
  }
  const { stoppedAt, metric, patience, isBestInPlace } = earlyStopping;
  const times = patience === 1 ? 'a validation' : `${patience} validations`;
  const stopped = stoppedAt
    ? `at ${momentInWords(stoppedAt)}: no better ${metric} in ${times}`
    : outcome === 'completed'
      ? 'not needed: the epochs were over first'
      : 'not yet';
  const kept = isBestInPlace ? '; the model and the scores below are those' : '; kept, and put in place at the end';
  return [['early stopping', stopped], ...(best ? [['best', `${scoreInWords(best)}${kept}`]] : [])];
}

/** By what the threshold was chosen, and how good probabilities are before and after they are recalibrated. */
function answersInWords({ threshold, calibration, chosen }: Summary['answers']): string[][] {
  const lines: string[][] = [];
  if (chosen?.threshold) {
    const { by, score, scoreAtHalf } = chosen.threshold;
    const what = by === 'f1' ? 'F1' : 'cost a row';
    lines.push([
      'threshold',
      `${digits(threshold ?? 0.5, 4)}: ${what} ${digits(score, 4)}, at 0.5 ${digits(scoreAtHalf, 4)}`,
    ]);
  } else if (threshold !== null && threshold !== 0.5) lines.push(['threshold', digits(threshold, 4)]);
  if (calibration && chosen?.calibration) {
    const { before, after } = chosen.calibration;
    const change = (name: keyof typeof before) => `${digits(before[name], 4)} -> ${digits(after[name], 4)}`;
    const scores = `log loss ${change('logLoss')}, Brier ${change('brier')}, calibration error ${change('calibrationError')}`;
    lines.push(['calibration', `${calibration.method}: ${scores}`]);
  }
  return lines;
}

function scoreInWords({ metric, value, ...moment }: NonNullable<Summary['best']>): string {
  return `${metric} ${digits(value, 5)} at ${momentInWords(moment)}`;
}

function momentInWords({ epoch, step }: NonNullable<Summary['validatedAt']>): string {
  return `epoch ${epoch}, step ${count(step)}`;
}

function plural(value: number): string {
  return value === 1 ? '' : 's';
}

/** Rows that cannot be used, for people: `207 of 20,640 rows (1.00 %), written to runs/housing/1/bad.ndjson`. */
function leftOut({ badRows, rowsRead, badRowFile }: Pick<Summary, 'badRows' | 'rowsRead' | 'badRowFile'>): string {
  const share = ((100 * badRows) / rowsRead).toPrecision(3);
  return `${count(badRows)} of ${count(rowsRead)} rows (${share} %)${badRowFile ? `, written to ${badRowFile}` : ''}`;
}
