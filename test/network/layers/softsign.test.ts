import test from 'ava';
import { softsign } from '../../../src/network/layers/softsign.ts';
import { layerLaws } from '../layerLaws.ts';

layerLaws(test, 'softsign', () => softsign());
