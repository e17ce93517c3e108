import test from 'ava';
import { layerLaws } from '../../../src/laws/layerLaws.ts';
import { softsign } from '../../../src/network/layers/softsign.ts';
import { holdTo } from '../../holdTo.ts';

holdTo(
  test,
  layerLaws('softsign', () => softsign()),
);
