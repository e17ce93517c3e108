import test from 'ava';
import { initializerLaws } from '../../../src/laws/initializerLaws.ts';
import { zeros } from '../../../src/network/initializers/zeros.ts';
import { holdTo } from '../../holdTo.ts';

holdTo(
  test,
  initializerLaws('zeros', () => zeros(), { mean: 0, deviation: 0 }),
);
