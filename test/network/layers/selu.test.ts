import test from 'ava';
import { selu } from '../../../src/network/layers/selu.ts';
import { layerLaws } from '../layerLaws.ts';

layerLaws(test, 'selu', () => selu());
