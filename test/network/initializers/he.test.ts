import test from 'ava';
import { he } from '../../../src/network/initializers/he.ts';
import { initializerLaws } from '../initializerLaws.ts';

const deviation = Math.sqrt(2 / 50);
initializerLaws(test, 'he', () => he(), { mean: 0, deviation });
initializerLaws(test, 'he uniform', () => he({ distribution: 'uniform' }), {
  mean: 0,
  deviation,
  bound: Math.sqrt(6 / 50),
});
