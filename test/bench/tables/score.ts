/** What a contestant says of the test rows: probabilities of 1, labels, or numbers. */
export type Predictions = readonly (number | string)[];

export type Task = 'binary' | 'classes' | 'regression';

/** The figure that a task is judged by, and which way is better. */
export const judgedBy = {
  binary: { name: 'AUC', better: 'higher' },
  classes: { name: 'accuracy', better: 'higher' },
  regression: { name: 'RMSE', better: 'lower' },
} as const;

export function score(task: Task, predictions: Predictions, truth: readonly string[]): number {
  if (predictions.length !== truth.length) throw new Error(`${predictions.length} predictions of ${truth.length} rows`);
  if (task === 'binary') return auc(predictions.map(Number), truth.map(Number));
  if (task === 'classes') return share(predictions, (value, i) => String(value) === truth[i]);
  const squares = predictions.reduce<number>((sum, value, i) => sum + (Number(value) - Number(truth[i])) ** 2, 0);
  return Math.sqrt(squares / truth.length);
}

function share(predictions: Predictions, isRight: (value: number | string, i: number) => boolean): number {
  return predictions.filter(isRight).length / predictions.length;
}

/** The share of pairs of a 1 and a 0 in which the 1 has the higher score; equal ones count half. */
function auc(scores: readonly number[], labels: readonly number[]): number {
  const order = scores.map((_, i) => i).sort((a, b) => scores[a] - scores[b]);
  let ones = 0;
  let ranks = 0;
  for (let begin = 0; begin < order.length; ) {
    let end = begin;
    while (end < order.length && scores[order[end]] === scores[order[begin]]) end++;
    for (let k = begin; k < end; k++) {
      if (labels[order[k]] !== 1) continue;
      ones++;
      ranks += (begin + end + 1) / 2;
    }
    begin = end;
  }
  return (ranks - (ones * (ones + 1)) / 2) / (ones * (order.length - ones));
}
