/** What befalls the flights on their way to pipelines/jobs/flights-nightly.ts, so that a replay shows what becomes of it. */
import { type Batch, derive, parquet, type Sink, type Source } from '../../src/index.ts';

/** Its flights never come. */
export const missingDay = '2001-02-14';
/** Who was late on this day is told to have been on time, and the other way round. */
export const poisonedDay = '2001-04-18';
/** The process that trains on its flights is killed. */
export const crashDay = '2001-05-16';

const beginOf = (day: string) => Date.parse(`${day}T00:00Z`);
const endOf = (day: string) => beginOf(day) + 86_400_000;

const flights = parquet(new URL('../../node_modules/vega-datasets/data/flights-3m.parquet', import.meta.url));

/** Three million flights, sorted by date, less those of the missing day. It is read with the column `date`. */
export const flightsFeed: Source = {
  ...flights,
  rows: async () => undefined,
  fingerprint: async (signal) => ({ format: 'feed', missingDay, part: await flights.fingerprint(signal) }),
  open: (options) => withoutMissing(flights.open(options)),
  openRange: (range, options) => withoutMissing(flights.openRange!(range, options)),
};

async function* withoutMissing(batches: AsyncIterable<Batch>): AsyncGenerator<Batch> {
  // The column is in microseconds.
  const [begin, end] = [beginOf(missingDay), endOf(missingDay)].map((ms) => BigInt(ms) * 1000n);
  for await (const batch of batches) {
    const times: BigInt64Array = batch.records.getChild('date')!.data[0]!.values;
    if (times[0]! >= end! || times.at(-1)! < begin!) yield batch;
    else
      yield {
        ...batch,
        selected: Uint32Array.from(times.keys()).filter((row) => !(times[row]! >= begin! && times[row]! < end!)),
      };
  }
}

const poisoned = { begin: beginOf(poisonedDay), end: endOf(poisonedDay) };

/** As in pipelines/flights.ts, but for the poisoned day. */
export const late = derive('late', ['date', 'delay'], (date: number, minutes: number) =>
  date >= poisoned.begin && date < poisoned.end ? minutes <= 15 : minutes > 15,
);

/** Kills the process in the night after the crash day, once: not the run that goes on from a checkpoint. */
export function crashOnce(): Sink {
  return {
    name: 'crashOnce',
    onError: 'stop',
    open({ resumedAt, snapshot }) {
      // Up to when the rows of the run are.
      const { until } = snapshot().state.fingerprint as { readonly until: string };
      const isNightAfter = Date.parse(until) >= endOf(crashDay) && Date.parse(until) < endOf(crashDay) + 86_400_000;
      const isDoomed = resumedAt === undefined && isNightAfter;
      return {
        write(event) {
          if (isDoomed && event.kind === 'step' && event.step === 30) process.kill(process.pid, 'SIGKILL');
        },
        close() {},
      };
    },
  };
}
