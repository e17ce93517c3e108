import test from 'ava';
import { tanh } from '../../../src/network/layers/tanh.ts';
import { layerLaws } from '../layerLaws.ts';

layerLaws(test, 'tanh', () => tanh());
