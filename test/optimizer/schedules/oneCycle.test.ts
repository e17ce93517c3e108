import test from 'ava';
import { oneCycle } from '../../../src/optimizer/schedules/oneCycle.ts';
import { scheduleLaws } from './scheduleLaws.ts';

scheduleLaws(test, (options) => oneCycle({ learningRate: 0.1, steps: 100, ...options }));
