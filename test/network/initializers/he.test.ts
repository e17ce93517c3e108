import test from 'ava';
import { initializerLaws } from '../../../src/laws/initializerLaws.ts';
import { he } from '../../../src/network/initializers/he.ts';
import { holdTo } from '../../holdTo.ts';

const deviation = Math.sqrt(2 / 50);
holdTo(
  test,
  initializerLaws('he', () => he(), { mean: 0, deviation }),
);
holdTo(
  test,
  initializerLaws('he uniform', () => he({ distribution: 'uniform' }), {
    mean: 0,
    deviation,
    bound: Math.sqrt(6 / 50),
  }),
);
