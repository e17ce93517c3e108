import test from 'ava';
import { scheduleLaws } from '../../../src/laws/scheduleLaws.ts';
import { stepDecay } from '../../../src/optimizer/schedules/stepDecay.ts';
import { holdTo } from '../../holdTo.ts';

holdTo(
  test,
  scheduleLaws(() => stepDecay({ learningRate: 0.1, everySteps: 10 }), 0.1),
);
