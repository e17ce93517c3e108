/** The metrics of which more is better; of all others that Millrace computes, less is. */
const moreIsBetter: readonly string[] = [
  'auc',
  'prAuc',
  'accuracy',
  'precision',
  'recall',
  'f1',
  'top3',
  'macroF1',
  'r2',
];

/** Whether a metric is to be as large or as small as can be, by its name. */
export function metricMode(metric: string): 'min' | 'max' {
  return moreIsBetter.includes(metric) ? 'max' : 'min';
}
