import test from 'ava';
import { type Contestant, ratioOf, spreadOf, takeTurns } from './turns.ts';

test('a spread is the middle number and the quartiles', (t) => {
  t.deepEqual(spreadOf([5, 1, 4, 2, 3]), { median: 3, low: 2, high: 4 });
  t.deepEqual(spreadOf([7]), { median: 7, low: 7, high: 7 });
});

test('contestants warm up, then work in turns, forwards and backwards', async (t) => {
  const turns: string[] = [];
  const contestant = (name: string): Contestant => ({
    name,
    measure() {
      turns.push(name);
      return turns.length;
    },
  });
  const [a, b] = await takeTurns([contestant('a'), contestant('b')], { rounds: 3, ms: 1 });
  t.is(turns.join(''), 'ababbaab');
  t.deepEqual(a.rounds, [3, 6, 7]);
  t.deepEqual(b.rounds, [4, 5, 8]);
});

test('a ratio is taken round by round', (t) => {
  const times = (rounds: readonly number[]) => ({ name: '', rounds, ...spreadOf(rounds) });
  // 2/1, 40/10 and 90/30; the ratio of the medians, 40 and 10, would be 4.
  t.is(ratioOf(times([1, 10, 30]), times([2, 40, 90])).median, 3);
});
