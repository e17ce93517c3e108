import test from 'ava';
import { lecun } from '../../../src/network/initializers/lecun.ts';
import { initializerLaws } from '../initializerLaws.ts';

initializerLaws(test, 'lecun', () => lecun(), { mean: 0, deviation: Math.sqrt(1 / 50) });
initializerLaws(test, 'uniform lecun', () => lecun({ distribution: 'uniform' }), {
  mean: 0,
  deviation: Math.sqrt(1 / 50),
  bound: Math.sqrt(3 / 50),
});
