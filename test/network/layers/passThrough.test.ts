import test from 'ava';
import { layerLaws } from '../../../src/laws/layerLaws.ts';
import { passThrough } from '../../../src/network/layers/passThrough.ts';
import { holdTo } from '../../holdTo.ts';

holdTo(
  test,
  layerLaws('passThrough', () => passThrough()),
);
