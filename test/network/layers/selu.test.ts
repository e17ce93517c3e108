import test from 'ava';
import { layerLaws } from '../../../src/laws/layerLaws.ts';
import { selu } from '../../../src/network/layers/selu.ts';
import { holdTo } from '../../holdTo.ts';

holdTo(
  test,
  layerLaws('selu', () => selu()),
);
