import test from 'ava';
import { scheduleLaws } from '../../../src/laws/scheduleLaws.ts';
import { polynomialDecay } from '../../../src/optimizer/schedules/polynomialDecay.ts';
import { holdTo } from '../../holdTo.ts';

holdTo(
  test,
  scheduleLaws(() => polynomialDecay({ learningRate: 0.1, steps: 100 }), 0.1),
);
