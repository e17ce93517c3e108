import test from 'ava';
import { layerLaws } from '../../../src/laws/layerLaws.ts';
import { softplus } from '../../../src/network/layers/softplus.ts';
import { holdTo } from '../../holdTo.ts';

holdTo(
  test,
  layerLaws('softplus', () => softplus()),
);
