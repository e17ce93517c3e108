import test from 'ava';
import { layerLaws } from '../../../src/laws/layerLaws.ts';
import { silu } from '../../../src/network/layers/silu.ts';
import { holdTo } from '../../holdTo.ts';

holdTo(
  test,
  layerLaws('silu', () => silu()),
);
