import test from 'ava';
import { exponentialDecay } from '../../../src/optimizer/schedules/exponentialDecay.ts';
import { scheduleLaws } from './scheduleLaws.ts';

scheduleLaws(test, (options) => exponentialDecay({ learningRate: 0.1, factor: 0.9, ...options }));
