import test from 'ava';
import { softplus } from '../../../src/network/layers/softplus.ts';
import { layerLaws } from '../layerLaws.ts';

layerLaws(test, 'softplus', () => softplus());
