import test from 'ava';
import { sigmoid } from '../../../src/network/layers/sigmoid.ts';
import { layerLaws } from '../layerLaws.ts';

layerLaws(test, 'sigmoid', () => sigmoid());
