import test from 'ava';
import { polynomialDecay } from '../../../src/optimizer/schedules/polynomialDecay.ts';
import { scheduleLaws } from './scheduleLaws.ts';

scheduleLaws(test, (options) => polynomialDecay({ learningRate: 0.1, steps: 100, ...options }));
