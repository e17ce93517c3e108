import { OptionError } from '../errors.ts';
import { type Bound, made, oneOf, timerMs } from '../options/bounds.ts';
import { checkOption } from '../options/checkOptions.ts';
import type { Sink } from '../sink/types.ts';
import type { Source } from '../source/types.ts';

/** A place for events. A source opens, too, but says nothing of errors. */
export const sinkBound: Bound<Sink> = {
  ...made<Sink>('a sink, as log() or checkpoint({ everySteps: 500 })', 'open'),
  holds: (value) => {
    const sink = value as Partial<Sink> | null | undefined;
    return typeof sink?.open === 'function' && (sink.onError === 'stop' || sink.onError === 'log');
  },
  hint: (value) => {
    const { schema, onError, name } = (value ?? {}) as Partial<Source & Sink>;
    if (typeof schema === 'function') return `${name} is a source: rows are read from it`;
    return onError === undefined ? undefined : "Its onError must be 'stop' or 'log'";
  },
};

/** @throws OptionError where `whenBusy` or `limitMs` is out of bounds */
export function checkSink({ name, onError, whenBusy = 'wait', limitMs = 1 }: Sink): void {
  checkOption(`sink ${name}: whenBusy`, whenBusy, oneOf('wait', 'drop'));
  checkOption(`sink ${name}: limitMs`, limitMs, timerMs);
  if (whenBusy === 'wait' || onError === 'log') return;
  throw new OptionError({
    where: `sink ${name}: whenBusy`,
    expected: "'wait', since without this sink the run must not go on",
    received: "'drop'",
  });
}
