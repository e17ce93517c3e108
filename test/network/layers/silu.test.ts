import test from 'ava';
import { silu } from '../../../src/network/layers/silu.ts';
import { layerLaws } from '../layerLaws.ts';

layerLaws(test, 'silu', () => silu());
