import test from 'ava';
import { constantRate } from '../../../src/optimizer/schedules/constantRate.ts';
import { scheduleLaws } from './scheduleLaws.ts';

scheduleLaws(test, (options) => constantRate({ learningRate: 0.1, ...options }));
