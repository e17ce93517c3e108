import test from 'ava';
import { initializerLaws } from '../../../src/laws/initializerLaws.ts';
import { lecun } from '../../../src/network/initializers/lecun.ts';
import { holdTo } from '../../holdTo.ts';

holdTo(
  test,
  initializerLaws('lecun', () => lecun(), { mean: 0, deviation: Math.sqrt(1 / 50) }),
);
holdTo(
  test,
  initializerLaws('uniform lecun', () => lecun({ distribution: 'uniform' }), {
    mean: 0,
    deviation: Math.sqrt(1 / 50),
    bound: Math.sqrt(3 / 50),
  }),
);
