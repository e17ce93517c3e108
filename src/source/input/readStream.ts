import type { Readable } from 'node:stream';
import { untilAborted } from './untilAborted.ts';

/** The chunks of a stream, or the signal's reason as soon as it is given; the stream is closed at the end, whatever the end. */
export async function* readStream(stream: Readable, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
  const iterator = stream[Symbol.asyncIterator]();
  try {
    for (;;) {
      const { done, value } = await untilAborted(iterator.next(), signal);
      if (done) return;
      yield typeof value === 'string' ? Buffer.from(value) : value;
    }
  } finally {
    // Without its reason, which need not be an error.
    stream.destroy();
  }
}
