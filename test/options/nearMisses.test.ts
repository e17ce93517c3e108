import test from 'ava';
import { nearMisses } from '../../src/options/nearMisses.ts';

const names = ['date', 'delay', 'distance', 'origin', 'destination'];

for (const [name, expected] of [
  ['distnace', ['distance']],
  ['Delay', ['delay']],
  ['dely', ['delay']],
  ['orgin', ['origin']],
  ['destinations', ['destination']],
  ['airport', []],
  ['', []],
] as const) {
  test(`${name ? `'${name}'` : 'the empty name'} is near ${expected.join(', ') || 'nothing'}`, (t) => {
    t.deepEqual(nearMisses(name, names), [...expected]);
  });
}

test('gives the nearest first, three at the most', (t) => {
  t.deepEqual(nearMisses('price', ['prices', 'price_', 'price', 'pride', 'prince']).length, 3);
  t.is(nearMisses('price', ['prices', 'price_', 'price'])[0], 'price');
});

test('of no names none is near', (t) => {
  t.deepEqual(nearMisses('a', []), []);
});
