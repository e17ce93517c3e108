import test from 'ava';
import { scheduleLaws } from '../../../src/laws/scheduleLaws.ts';
import { constantRate } from '../../../src/optimizer/schedules/constantRate.ts';
import { holdTo } from '../../holdTo.ts';

holdTo(
  test,
  scheduleLaws(() => constantRate({ learningRate: 0.1 }), 0.1),
);
