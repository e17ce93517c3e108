import test from 'ava';
import { stepDecay } from '../../../src/optimizer/schedules/stepDecay.ts';
import { scheduleLaws } from './scheduleLaws.ts';

scheduleLaws(test, (options) => stepDecay({ learningRate: 0.1, everySteps: 10, ...options }));
