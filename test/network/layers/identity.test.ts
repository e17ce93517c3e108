import test from 'ava';
import { identity } from '../../../src/network/layers/identity.ts';
import { layerLaws } from '../layerLaws.ts';

layerLaws(test, 'identity', () => identity());
