import test from 'ava';
import { scoreTable } from '../../src/cli/scoreTable.ts';

test('metrics stand beside those of the best constant, and those that are not defined with the reason', (t) => {
  const score = {
    metrics: { accuracy: 0.75, logLoss: 0.25 },
    baseline: { auc: 0.5, accuracy: 1, logLoss: 0 },
    constants: { auc: 'any constant', accuracy: 'always no', logLoss: 'the share 0 of yes' },
    notDefined: { auc: 'all are of class no' },
  };
  t.is(
    scoreTable('4 rows', score),
    [
      '4 rows    model  baseline',
      'accuracy   0.75         1  always no',
      'logLoss    0.25         0  the share 0 of yes',
      'auc                        not defined: all are of class no',
    ].join('\n'),
  );
});
