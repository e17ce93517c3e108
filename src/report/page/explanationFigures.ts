import type { Explanation } from '../../explain/explainModel.ts';
import { count } from '../../format/figures.ts';
import { exactPercent } from '../../format/shares.ts';
import { type Markup, markup, nothing } from '../markup.ts';
import { htmlBar, htmlTable } from './htmlTable.ts';
import { lineChart } from './lineChart.ts';
import { shownFigure } from './shownFigure.ts';

/** What a look at rows has shown of a model: curves, tables by threshold, confusion, importance, and where it is worst. */
export function explanationFigures(explanation: Explanation): Markup {
  return markup`${binaryFigures(explanation)}${confusionTable(explanation)}${residualFigures(explanation)}${importanceTable(explanation)}${sliceTable(explanation)}${explanation.notes.map((note) => markup`<p class="note">${note}.</p>`)}`;
}

function binaryFigures({ binary, rows }: Explanation): Markup {
  if (!binary) return nothing;
  const { roc, precisionRecall, calibration, thresholds } = binary;
  const share = calibration.reduce((sum, part) => sum + part.observed * part.rows, 0) / rows;
  return markup`<div class="figures">
${lineChart({
  title: 'ROC',
  x: 'false positive rate',
  square: true,
  series: [
    { name: 'true positive rate', points: roc },
    {
      name: 'chance',
      points: [
        [0, 0],
        [1, 1],
      ],
      dashed: true,
    },
  ],
})}
${lineChart({
  title: 'Precision and recall',
  x: 'recall',
  square: true,
  series: [
    { name: 'precision', points: precisionRecall },
    {
      name: 'chance',
      points: [
        [0, share],
        [1, share],
      ],
      dashed: true,
    },
  ],
})}
${lineChart({
  title: 'Calibration',
  x: 'predicted',
  square: true,
  caption: 'By tenths of the rows.',
  series: [
    { name: 'observed share', points: calibration.map(({ predicted, observed }) => [predicted, observed]), dots: true },
    {
      name: 'as it should be',
      points: [
        [0, 0],
        [1, 1],
      ],
      dashed: true,
    },
  ],
})}
</div>${htmlTable(
    'What a threshold makes of the rows',
    ['threshold', 'true +', 'false +', 'false -', 'true -', 'precision', 'recall', 'f1'],
    thresholds
      .filter((_, i) => i % 2 === 1)
      .map((row) => [
        shownFigure(row.threshold, 2),
        ...[row.truePositives, row.falsePositives, row.falseNegatives, row.trueNegatives].map(count),
        Number.isFinite(row.precision) ? exactPercent(row.precision) : '-',
        exactPercent(row.recall),
        shownFigure(row.f1, 3),
      ]),
  )}`;
}

/** Classes of a confusion at the most. */
const CLASSES = 30;

function confusionTable({ confusion, binary }: Explanation): Markup {
  const half = binary?.thresholds.find(({ threshold }) => threshold === 0.5);
  if (half) {
    const { truePositives, falsePositives, falseNegatives, trueNegatives } = half;
    return htmlTable(
      'Confusion at threshold 0.5: rows by label and by what is predicted',
      ['label', 'predicted 0', 'predicted 1'],
      [
        ['0', count(trueNegatives), count(falsePositives)],
        ['1', count(falseNegatives), count(truePositives)],
      ],
    );
  }
  if (!confusion) return nothing;
  const { classes, counts } = confusion;
  if (classes.length > CLASSES)
    return markup`<p>The confusion of ${classes.length} classes is too wide for a page: <code>millrace explain --json</code> has it.</p>`;
  const most = Math.max(1, ...counts.flat());
  const cell = (rows: number, isRight: boolean) =>
    markup`<span class="heat ${isRight ? 'right' : 'wrong'}" style="--share:${(rows / most).toFixed(3)}">${count(rows)}</span>`;
  return htmlTable(
    'Confusion: rows by label and by what is predicted',
    ['label, predicted', ...classes],
    counts.map((row, i) => [`${classes[i]}`, ...row.map((rows, j) => cell(rows, i === j))]),
  );
}

function residualFigures({ residuals }: Explanation): Markup {
  if (!residuals) return nothing;
  return markup`<div class="figures">${lineChart({
    title: 'Error by prediction',
    x: 'predicted',
    caption: 'By tenths of the rows.',
    series: [
      {
        name: 'mean of label - prediction',
        points: residuals.map(({ predicted, bias }) => [predicted, bias]),
        dots: true,
      },
      { name: 'root mean square', points: residuals.map(({ predicted, rmse }) => [predicted, rmse]), dots: true },
    ],
  })}</div>${htmlTable(
    'Errors by tenths of the rows',
    ['predicted', 'mean error', 'rmse', 'rows'],
    residuals.map(({ predicted, bias, rmse, rows }) => [
      shownFigure(predicted, 4),
      shownFigure(bias, 3),
      shownFigure(rmse, 4),
      count(rows),
    ]),
  )}`;
}

function importanceTable({ importances, metric }: Explanation): Markup {
  const most = Math.max(...importances.map(({ loss }) => loss.mean));
  return htmlTable(
    `Importance: ${metric.name} lost when the values of a column are dealt to other rows${importances.length > 40 ? ', the first 40' : ''}`,
    ['column', 'lost', '95 % interval', ''],
    importances
      .slice(0, 40)
      .map(({ columns, loss: { mean, low, high } }) => [
        columns.join(' + '),
        shownFigure(mean, 2),
        Number.isFinite(low) ? `${shownFigure(low, 2)} to ${shownFigure(high, 2)}` : '',
        htmlBar(mean / most),
      ]),
    [3],
  );
}

function sliceTable({ slices, metric }: Explanation): Markup {
  return htmlTable(
    `Where it is worst: ${metric.name} on parts of the rows, the worst ${Math.min(20, slices.length)} of ${slices.length}`,
    ['column', 'value', 'rows', metric.name, '90 % interval'],
    slices
      .slice(0, 20)
      .map(({ column, value, rows, metric: of, low, high }) => [
        column,
        value,
        count(rows),
        shownFigure(of, 4),
        `${shownFigure(low, 3)} to ${shownFigure(high, 3)}`,
      ]),
    [1],
  );
}
