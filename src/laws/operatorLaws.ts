import { ok as holds, strictEqual as is, deepStrictEqual as same } from 'node:assert/strict';
import { EMPTY, from, NEVER, type Observable, type OperatorFunction, Subject, take, tap, throwError } from 'rxjs';
import { type Law, statedLaws } from './law.ts';

export interface OperatorUnderTest<In, Out> {
  /** Makes the operator, with everything that it must not share with another one. */
  readonly make: () => OperatorFunction<In, Out>;
  /** Makes inputs, the same each time; enough of them for at least one output. */
  readonly inputs: () => In[];
  /** What two subscriptions to one operator share on purpose, such as `the parameters of the network`. */
  readonly shared?: string;
  /** Names of fields in the output that tell of time or memory and so differ from run to run. */
  readonly ignore?: readonly string[];
}

/**
 * The laws of an operator: what holds for each of them whatever it does. Outputs are looked at when they are emitted, since
 * their arrays may be borrowed.
 *
 * @example operatorLaws('shuffle', { make: () => shuffle(options), inputs: () => [batch(3), batch(5)] })
 */
export function operatorLaws<In, Out>(name: string, operator: OperatorUnderTest<In, Out>): Law[] {
  const { laws, law } = statedLaws();
  const { make, inputs, shared, ignore = [] } = operator;
  const look = (value: unknown) => content(value, new Set(ignore)).join(' ');

  /** The outputs for the inputs, and how many inputs had been taken when each came out. */
  function run(): { outputs: string[]; taken: number[] } {
    const outputs: string[] = [];
    const taken: number[] = [];
    let count = 0;
    from(inputs())
      .pipe(
        tap(() => count++),
        make(),
      )
      .subscribe({
        next: (output) => {
          outputs.push(look(output));
          taken.push(count);
        },
        error: fail,
      });
    return { outputs, taken };
  }

  law(`${name}: completes on an empty stream and emits nothing`, () => {
    const seen = record(EMPTY.pipe(make()));
    same(seen.events, ['complete']);
  });

  law(`${name}: neither emits nor ends on a stream that never does`, () => {
    const seen = record(NEVER.pipe(make()));
    same(seen.events, []);
    seen.subscription.unsubscribe();
  });

  law(`${name}: passes an error on as the same object`, () => {
    const failure = new Error('from the source');
    is(record(throwError(() => failure).pipe(make())).error, failure);
    const input$ = new Subject<In>();
    const seen = record(input$.pipe(make()));
    for (const input of inputs()) input$.next(input);
    input$.error(failure);
    is(seen.error, failure);
    holds(!seen.events.includes('complete'));
  });

  law(`${name}: frees its source when it is unsubscribed`, () => {
    const input$ = new Subject<In>();
    const { subscription } = record(input$.pipe(make()));
    holds(input$.observed);
    const [first] = inputs();
    if (first !== undefined) input$.next(first);
    subscription.unsubscribe();
    holds(!input$.observed);
  });

  law(`${name}: does nothing before it is subscribed to`, () => {
    const input$ = new Subject<In>();
    input$.pipe(make());
    holds(!input$.observed);
  });

  law(`${name}: takes no more input than its first output needs`, () => {
    const { taken } = run();
    holds(taken.length > 0, 'the inputs give at least one output');
    let count = 0;
    from(inputs())
      .pipe(
        tap(() => count++),
        make(),
        take(1),
      )
      .subscribe({ error: fail });
    is(count, taken[0]);
  });

  law(`${name}: gives the same output for the same input`, () => {
    same(run().outputs, run().outputs);
  });

  if (shared === undefined) {
    law(`${name}: shares nothing between two subscriptions`, () => {
      const alone = run().outputs;
      const operator = make();
      const sides = [new Subject<In>(), new Subject<In>()].map((input$) => {
        const outputs: string[] = [];
        input$.pipe(operator).subscribe({ next: (output) => outputs.push(look(output)), error: fail });
        return { input$, outputs, inputs: inputs() };
      });
      for (let i = 0; i < inputs().length; i++) for (const side of sides) side.input$.next(side.inputs[i]);
      for (const side of sides) side.input$.complete();
      for (const side of sides) same(side.outputs, alone);
    });
  }

  law(`${name}: leaves its inputs as they were`, () => {
    const given = inputs();
    const before = given.map((input) => content(input, new Set()));
    from(given).pipe(make()).subscribe({ error: fail });
    same(
      given.map((input) => content(input, new Set())),
      before,
    );
  });
  return laws;
}

function record(stream$: Observable<unknown>) {
  const seen = { events: [] as string[], error: undefined as unknown };
  const subscription = stream$.subscribe({
    next: () => seen.events.push('next'),
    error: (error) => {
      seen.events.push('error');
      seen.error = error;
    },
    complete: () => seen.events.push('complete'),
  });
  return Object.assign(seen, { subscription });
}

function fail(error: unknown): never {
  throw error;
}

/**
 * All numbers, strings and bytes below a value, with their paths; but not Arrow's caches, which begin with `_`, nor the ids that it
 * gives to dictionaries, which count up.
 */
function content(value: unknown, ignore: ReadonlySet<string>): string[] {
  const lines: string[] = [];
  const seen = new Set<unknown>();
  function walk(path: string, item: unknown): void {
    if (typeof item === 'function' || typeof item === 'symbol') return;
    if (ArrayBuffer.isView(item)) {
      const bytes = Buffer.from(item.buffer, item.byteOffset, item.byteLength);
      lines.push(`${path}: ${item.constructor.name} ${bytes.toString('base64')}`);
    } else if (item === null || typeof item !== 'object') {
      lines.push(`${path}: ${String(item)}`);
    } else if (!seen.has(item)) {
      seen.add(item);
      const entries = item instanceof Map ? [...item] : Object.entries(item);
      for (const [key, inner] of entries) {
        const isCache = String(key).startsWith('_') || (key === 'id' && 'indices' in item);
        if (!ignore.has(String(key)) && !isCache) walk(`${path}.${key}`, inner);
      }
    }
  }
  walk('', value);
  return lines;
}
