import test from 'ava';
import { relu } from '../../../src/network/layers/relu.ts';
import { layerLaws } from '../layerLaws.ts';

layerLaws(test, 'relu', () => relu());
