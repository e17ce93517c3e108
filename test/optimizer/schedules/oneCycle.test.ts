import test from 'ava';
import { scheduleLaws } from '../../../src/laws/scheduleLaws.ts';
import { oneCycle } from '../../../src/optimizer/schedules/oneCycle.ts';
import { holdTo } from '../../holdTo.ts';

holdTo(
  test,
  scheduleLaws(() => oneCycle({ learningRate: 0.1, steps: 100 }), 0.1),
);
