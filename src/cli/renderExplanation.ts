import type { Explanation } from '../explain/explainModel.ts';
import type { Dependence } from '../explain/types.ts';
import { bar } from '../format/bar.ts';
import { count, digits } from '../format/figures.ts';
import { exactPercent } from '../format/shares.ts';
import { sparkline } from '../format/sparkline.ts';
import { shortened, table } from '../format/table.ts';

const WIDTH = 20;

/** An explanation for people, in a terminal. */
export function renderExplanation(explanation: Explanation): string {
  const { rows, rowsRead, leftOut, target, metric, notes } = explanation;
  const of = rowsRead > rows + leftOut ? ` drawn from ${count(rowsRead)}` : '';
  const without = leftOut > 0 ? `, ${count(leftOut)} left out` : '';
  const value = Number.isFinite(metric.value) ? digits(metric.value, 4) : 'not defined';
  return [
    `${target}: ${metric.name} ${value} on ${count(rows)} rows${of}${without}`,
    ...importancesIn(explanation),
    ...dependencesIn(explanation),
    ...calibrationIn(explanation),
    ...thresholdsIn(explanation),
    ...confusionIn(explanation),
    ...residualsIn(explanation),
    ...slicesIn(explanation),
    ...(notes.length > 0 ? ['', ...notes.map((note) => `Note: ${note}.`)] : []),
  ].join('\n');
}

function importancesIn({ importances, metric }: Explanation): string[] {
  if (importances.length === 0) return [];
  const most = Math.max(...importances.map(({ loss }) => loss.mean));
  const lines = importances.map(({ columns, loss: { mean, low, high } }) => [
    shortened(columns.join(' + '), 40),
    signed(mean),
    Number.isFinite(low) ? `${signed(low)} to ${signed(high)}` : '',
    bar(mean / most, WIDTH),
  ]);
  return [
    '',
    table([['importance', `${metric.name} lost`, '95 % interval', ''], ...lines], [1, 2]),
    'What the metric loses when the values of a column are dealt to other rows.',
  ];
}

function dependencesIn({ dependences }: Explanation): string[] {
  const lines = dependences.flatMap(({ column, kind, values, mean }: Dependence) => {
    const known = values.filter((value) => value !== null);
    if (known.length < 2) return [];
    const isNumber = typeof known[0] === 'number';
    return Object.entries(mean).map(([output, all]) => {
      const curve = all.slice(0, known.length);
      const at = (value: number) => shownValue(known[curve.indexOf(value)], kind);
      const [least, most] = [Math.min(...curve), Math.max(...curve)];
      const ends = isNumber
        ? `${shownValue(known[0], kind)} to ${shownValue(known.at(-1), kind)}`
        : `${known.length} values`;
      return [
        shortened(column, 30),
        Object.keys(mean).length > 1 ? output : '',
        ends,
        sparkline(curve),
        `${digits(least, 3)} at ${at(least)}`,
        `${digits(most, 3)} at ${at(most)}`,
      ];
    });
  });
  if (lines.length === 0) return [];
  return ['', table([['prediction by', '', 'from', '', 'least', 'most'], ...lines])];
}

function calibrationIn({ binary }: Explanation): string[] {
  if (!binary) return [];
  const lines = binary.calibration.map(({ predicted, observed, rows }) => [
    digits(predicted, 3),
    digits(observed, 3),
    count(rows),
    bar(observed, WIDTH),
  ]);
  return ['', table([['predicted', 'observed', 'rows', ''], ...lines], [0, 1, 2])];
}

function thresholdsIn({ binary }: Explanation): string[] {
  if (!binary) return [];
  const lines = binary.thresholds
    .filter((_, i) => i % 2 === 1)
    .map(({ threshold, truePositives, falsePositives, precision, recall, f1 }) => [
      digits(threshold, 2),
      count(truePositives + falsePositives),
      Number.isNaN(precision) ? '-' : exactPercent(precision),
      exactPercent(recall),
      digits(f1, 3),
    ]);
  return ['', table([['threshold', 'rows above', 'precision', 'recall', 'f1'], ...lines], [0, 1, 2, 3, 4])];
}

function confusionIn({ confusion }: Explanation): string[] {
  if (!confusion) return [];
  const { classes, counts } = confusion;
  if (classes.length > 12) return ['', `The confusion of ${classes.length} classes is in --json.`];
  const names = classes.map((name) => shortened(name, 16));
  const lines = counts.map((row, i) => [names[i] ?? '', ...row.map(count)]);
  return [
    '',
    table(
      [['label, predicted', ...names], ...lines],
      names.map((_, i) => i + 1),
    ),
  ];
}

function residualsIn({ residuals }: Explanation): string[] {
  if (!residuals) return [];
  const lines = residuals.map(({ predicted, bias, rmse, rows }) => [
    digits(predicted, 4),
    signed(bias),
    digits(rmse, 4),
    count(rows),
  ]);
  return ['', table([['predicted', 'mean error', 'rmse', 'rows'], ...lines], [0, 1, 2, 3])];
}

function slicesIn({ slices, metric }: Explanation): string[] {
  if (slices.length === 0) return [];
  const lines = slices
    .slice(0, 8)
    .map(({ column, value, rows, metric: of, low, high }) => [
      shortened(`${column} ${value}`, 40),
      count(rows),
      digits(of, 4),
      `${digits(low, 3)} to ${digits(high, 3)}`,
    ]);
  return ['', table([['worst on', 'rows', metric.name, '90 % interval'], ...lines], [1, 2, 3])];
}

function signed(value: number): string {
  return value < 0 ? `-${digits(-value, 2)}` : digits(value, 2);
}

function shownValue(value: unknown, kind: Dependence['kind']): string {
  if (kind === 'timestamp' && typeof value === 'number') return new Date(value).toISOString().slice(0, 10);
  return typeof value === 'number' ? digits(value, 4) : shortened(`${value}`, 20);
}
