import test from 'ava';
import { OptionError } from '../../src/errors.ts';
import {
  type Bound,
  bound,
  either,
  exactly,
  flag,
  group,
  integer,
  listOf,
  number,
  oneOf,
  required,
  text,
} from '../../src/options/bounds.ts';
import { checkOption, checkOptions, readOptions } from '../../src/options/checkOptions.ts';

interface Options {
  readonly metric: string;
  readonly learningRate?: number;
  readonly mode?: 'min' | 'max';
  readonly keep?: number;
  readonly shuffle?: { readonly memoryMB: number; readonly spill?: boolean } | false;
  readonly columns?: readonly string[];
}

const fields = {
  metric: required(text('the name of a metric')),
  learningRate: number({ above: 0 }),
  mode: oneOf('min', 'max'),
  keep: integer({ least: 1 }),
  shuffle: either(group<Shuffle>({ memoryMB: required(number({ above: 0 })), spill: flag }), exactly(false)),
  columns: listOf('columns', text('the name of a column'), 1),
};
type Shuffle = Exclude<Options['shuffle'], undefined | false>;

function refusal(options: unknown): string {
  try {
    checkOptions<Options>('watcher', options as Options, fields);
  } catch (error) {
    return error instanceof OptionError ? error.message : `${error}`;
  }
  return 'no refusal';
}

const names = 'metric, learningRate, mode, keep, shuffle, columns';

for (const [options, message] of [
  [{ metric: 'auc', keep: 2, shuffle: { memoryMB: 1, spill: true }, columns: ['a'] }, 'no refusal'],
  [{ metric: 'auc', shuffle: false, keep: undefined }, 'no refusal'],
  [undefined, 'watcher: metric: expected the name of a metric, got nothing.'],
  [{}, 'watcher: metric: expected the name of a metric, got nothing.'],
  [{ metric: '' }, "watcher: metric: expected the name of a metric, got ''."],
  [null, `watcher: expected its options in an object { ${names} }, got null.`],
  [500, `watcher: expected its options in an object { ${names} }, got 500.`],
  [Promise.resolve({}), `watcher: expected its options in an object { ${names} }, got a promise. Put await before it.`],
  [{ metric: 'auc', lr: 1 }, `watcher: expected options among ${names}, got lr. Did you mean learningRate.`],
  [
    { metric: 'auc', learning_rate: 1 },
    `watcher: expected options among ${names}, got learning_rate. Did you mean learningRate.`,
  ],
  [{ metric: 'auc', moed: 1 }, `watcher: expected options among ${names}, got moed. Did you mean mode.`],
  [{ metric: 'auc', colour: 1 }, `watcher: expected options among ${names}, got colour.`],
  [{ metric: 'auc', learningRate: 0 }, 'watcher: learningRate: expected a finite number above 0, got 0.'],
  [{ metric: 'auc', learningRate: Number.NaN }, 'watcher: learningRate: expected a finite number above 0, got NaN.'],
  [{ metric: 'auc', learningRate: '1' }, "watcher: learningRate: expected a finite number above 0, got '1'."],
  [{ metric: 'auc', mode: 'maxx' }, "watcher: mode: expected 'min' or 'max', got 'maxx'. Did you mean max."],
  [{ metric: 'auc', keep: 1.5 }, 'watcher: keep: expected an integer of at least 1, got 1.5.'],
  [{ metric: 'auc', keep: null }, 'watcher: keep: expected an integer of at least 1, got null.'],
  [{ metric: 'auc', shuffle: true }, 'watcher: shuffle: expected { memoryMB, spill }, or false, got true.'],
  [{ metric: 'auc', shuffle: {} }, 'watcher: shuffle.memoryMB: expected a finite number above 0, got nothing.'],
  [
    { metric: 'auc', shuffle: { memory: 1 } },
    'watcher: shuffle: expected options among memoryMB, spill, got memory. Did you mean memoryMB.',
  ],
  [{ metric: 'auc', columns: [] }, 'watcher: columns: expected a list of columns, at least one, got [].'],
  [
    { metric: 'auc', columns: 'a' },
    "watcher: columns: expected a list of columns, at least one, got 'a'. Put it in brackets: [...].",
  ],
  [{ metric: 'auc', columns: ['a', 2] }, 'watcher: columns[1]: expected the name of a column, got 2.'],
] as const) {
  test(`${JSON.stringify(options) ?? 'undefined'}: ${message}`, (t) => {
    t.is(refusal(options), message);
  });
}

test('a function that was not called is to be called', (t) => {
  const layer: Bound = bound('a layer', (value) => typeof (value as { plan?: unknown }).plan === 'function');
  const relu = () => ({ plan() {} });
  t.notThrows(() => checkOption('network[0]', relu(), layer));
  t.throws(() => checkOption('network[0]', relu, layer), {
    instanceOf: OptionError,
    message: 'network[0]: expected a layer, got the function relu. Call it: relu().',
  });
});

test('defaults stand where an option is not given, or is undefined', (t) => {
  const fields = { keep: integer({ least: 1 }), path: text('a path') };
  const read = (options?: { readonly keep?: number; readonly path?: string }) =>
    readOptions<{ readonly keep?: number; readonly path?: string }>('save', options, fields, { keep: 3, path: 'x' });
  t.deepEqual(read(), { keep: 3, path: 'x' });
  t.deepEqual(read({ keep: undefined, path: 'y' }), { keep: 3, path: 'y' });
  t.throws(() => read({ keep: 0 }), { message: 'save: keep: expected an integer of at least 1, got 0.' });
});

test('bounds say in words what they hold', (t) => {
  const words = [
    [integer(), 'an integer', [-1, 0], [0.5, '1', 2 ** 53]],
    [integer({ least: 0 }), 'an integer of at least 0', [0], [-1]],
    [integer({ least: 1, most: 64 }), 'an integer from 1 to 64', [1, 64], [0, 65]],
    [number(), 'a finite number', [-1e300], [Infinity, Number.NaN, '1', null]],
    [number({ least: 0 }), 'a finite number of at least 0', [0], [-0.1, Infinity]],
    [number({ least: 0, below: 1 }), 'a number in [0, 1)', [0, 0.99], [1, -0.1]],
    [number({ above: 0, most: 1 }), 'a number in (0, 1]', [1, 0.01], [0, 1.1]],
    [number({ least: 16, most: 4096 }), 'a number in [16, 4096]', [16, 4096], [15, 4097]],
    [flag, 'true or false', [true, false], [0, 'true', undefined]],
    [oneOf('a', 'b', 'c'), "'a', 'b' or 'c'", ['a', 'c'], ['d', 0]],
    [either(integer({ least: 1 }), exactly(false)), 'an integer of at least 1, or false', [1, false], [0, true]],
  ] as const;
  for (const [{ expected, holds }, inWords, good, bad] of words) {
    t.is(expected, inWords);
    for (const value of good) t.true(holds(value), `${inWords}: ${value}`);
    for (const value of bad) t.false(holds(value), `${inWords}: ${value}`);
  }
});

test('a table that leaves an option out, or does not require it, does not compile', (t) => {
  interface Two {
    readonly one: number;
    readonly other?: string;
  }
  // @ts-expect-error other is left out
  checkOptions<Two>('two', { one: 1 }, { one: required(number()) });
  // @ts-expect-error one must be required
  checkOptions<Two>('two', { one: 1 }, { one: number(), other: text('a text') });
  // @ts-expect-error other is a text
  checkOptions<Two>('two', { one: 1 }, { one: required(number()), other: number() });
  t.pass();
});
