import test from 'ava';
import { zeros } from '../../../src/network/initializers/zeros.ts';
import { initializerLaws } from '../initializerLaws.ts';

initializerLaws(test, 'zeros', () => zeros(), { mean: 0, deviation: 0 });
