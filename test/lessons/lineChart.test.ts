import test from 'ava';
import { lineChart } from '../../pipelines/lessons/lineChart.ts';

const frame = { title: 'a < b', x: 'step', y: 'loss' };

test('draws a curve for each line, from the left edge to the right one', (t) => {
  const svg = lineChart({
    ...frame,
    lines: [
      {
        label: 'one',
        points: [
          [0, 0],
          [10, 5],
        ],
      },
      {
        label: 'two',
        points: [
          [0, 5],
          [10, 0],
        ],
      },
    ],
  });
  t.deepEqual(
    [...svg.matchAll(/points="([^"]*)"/g)].map(([, points]) => points),
    ['70,345 500,40', '70,40 500,345'],
  );
  t.true(svg.includes('a &lt; b'));
});

test('leaves out what a logarithmic axis cannot show', (t) => {
  const svg = lineChart({
    ...frame,
    logarithmic: true,
    lines: [
      {
        label: 'one',
        points: [
          [0, 1],
          [1, 0],
          [2, 100],
        ],
      },
    ],
  });
  t.is(/points="([^"]*)"/.exec(svg)?.[1], '70,345 500,40');
  t.true(svg.includes('>1e2<'));
});

test('draws a line that is level', (t) => {
  const svg = lineChart({
    ...frame,
    lines: [
      {
        label: 'one',
        points: [
          [0, 3],
          [1, 3],
        ],
      },
    ],
  });
  t.is(/points="([^"]*)"/.exec(svg)?.[1], '70,192.5 500,192.5');
});
