import test from 'ava';
import { scheduleLaws } from '../../../src/laws/scheduleLaws.ts';
import { exponentialDecay } from '../../../src/optimizer/schedules/exponentialDecay.ts';
import { holdTo } from '../../holdTo.ts';

holdTo(
  test,
  scheduleLaws(() => exponentialDecay({ learningRate: 0.1, factor: 0.9 }), 0.1),
);
