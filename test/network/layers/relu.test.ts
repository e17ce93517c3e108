import test from 'ava';
import { layerLaws } from '../../../src/laws/layerLaws.ts';
import { relu } from '../../../src/network/layers/relu.ts';
import { holdTo } from '../../holdTo.ts';

holdTo(
  test,
  layerLaws('relu', () => relu()),
);
