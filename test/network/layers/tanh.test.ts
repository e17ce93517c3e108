import test from 'ava';
import { layerLaws } from '../../../src/laws/layerLaws.ts';
import { tanh } from '../../../src/network/layers/tanh.ts';
import { holdTo } from '../../holdTo.ts';

holdTo(
  test,
  layerLaws('tanh', () => tanh()),
);
