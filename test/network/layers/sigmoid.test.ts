import test from 'ava';
import { layerLaws } from '../../../src/laws/layerLaws.ts';
import { sigmoid } from '../../../src/network/layers/sigmoid.ts';
import { holdTo } from '../../holdTo.ts';

holdTo(
  test,
  layerLaws('sigmoid', () => sigmoid()),
);
