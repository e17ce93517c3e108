import { digits } from '../format/figures.ts';
import { table } from '../format/table.ts';
import type { ModelScores } from '../pipeline/use/evaluateModel.ts';

type Scored = Pick<ModelScores, 'metrics' | 'baseline' | 'constants' | 'notDefined'>;

/** Metrics beside those of the best constant prediction; of those that are not defined why they are not. */
export function scoreTable(title: string, { metrics, baseline, constants, notDefined }: Scored): string {
  return table(
    [
      [title, 'model', 'baseline', ''],
      ...Object.entries(metrics).map(([name, value]) => [
        name,
        digits(value, 5),
        Object.hasOwn(baseline, name) ? digits(baseline[name], 5) : '',
        constants[name] ?? '',
      ]),
      ...Object.entries(notDefined).map(([name, why]) => [name, '', '', `not defined: ${why}`]),
    ],
    [1, 2],
  );
}
