import test from 'ava';
import { measure } from '../../pipelines/lessons/positiveOutputs.ts';

const [sigmoid, tanh] = measure();

test('one row moves all weights after sigmoid units in one direction', (t) => {
  // a > 0 in all units, so that the sign of a dz is that of dz: no exception among 4,000 units and rows.
  t.is(sigmoid.oneSign, 1);
});

test('one row moves weights after tanh units in both directions', (t) => {
  // Twenty signs are the same by chance in 2 of 2^20 cases.
  t.true(tanh.oneSign < 0.01, `${tanh.oneSign}`);
});

test('two weights of which one must grow and one shrink take a zigzag after sigmoid, and a straight line after tanh', (t) => {
  // Each step projects the error on a line; the lines (0.2, 0.8) and (0.8, 0.2) stand at 62 degrees, those of tanh are one.
  t.true(sigmoid.detour > 1.5, `${sigmoid.detour}`);
  t.true(Math.abs(tanh.detour - 1) < 1e-9, `${tanh.detour}`);
});
