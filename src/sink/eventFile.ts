import { encodeMessage, type MessageWriter } from '../files/protobuf.ts';
import type { Json } from '../json.ts';

/** What an event of TensorBoard may hold. */
export type EventPart =
  | { readonly kind: 'version' }
  /** All that was written of this step and later ones, in files before, is to be forgotten. */
  | { readonly kind: 'restart' }
  | { readonly kind: 'scalar'; readonly tag: string; readonly value: number }
  | { readonly kind: 'text'; readonly tag: string; readonly text: string }
  | { readonly kind: 'histogram'; readonly tag: string; readonly values: ArrayLike<number> }
  | { readonly kind: 'settings'; readonly settings: ReadonlyMap<string, Json>; readonly seconds: number }
  | { readonly kind: 'end'; readonly isGood: boolean; readonly seconds: number };

const table = Uint32Array.from({ length: 256 }, (_, i) => {
  let value = i;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0x82f63b78 : value >>> 1;
  return value;
});

/** CRC-32C, masked as records of TensorFlow have it. */
function maskedCrc(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = table[(crc ^ byte) & 0xff]! ^ (crc >>> 8);
  crc = (crc ^ 0xffffffff) >>> 0;
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

/**
 * A record of an event file: the length of the event, the check of the length, the event, its check.
 *
 * @see https://www.tensorflow.org/tutorials/load_data/tfrecord#tfrecords_format_details
 */
export function eventRecord(step: number, seconds: number, part: EventPart): Uint8Array {
  const event = encodeMessage((message) => {
    message.double(1, seconds);
    message.integer(2, step);
    writePart(message, part);
  });
  const record = new Uint8Array(16 + event.length);
  const view = new DataView(record.buffer);
  view.setBigUint64(0, BigInt(event.length), true);
  view.setUint32(8, maskedCrc(record.subarray(0, 8)), true);
  record.set(event, 12);
  view.setUint32(12 + event.length, maskedCrc(event), true);
  return record;
}

/** Fields of `Event`, `Summary` and what is in them, by the numbers of TensorFlow's and TensorBoard's .proto files. */
function writePart(event: MessageWriter, part: EventPart): void {
  if (part.kind === 'version') event.text(3, 'brain.Event:2');
  // A SessionLog whose status is START.
  else if (part.kind === 'restart') event.message(7, (log) => log.integer(1, 1));
  else event.message(5, (summary) => summary.message(1, (value) => writeValue(value, part)));
}

function writeValue(value: MessageWriter, part: Exclude<EventPart, { kind: 'version' | 'restart' }>): void {
  if (part.kind === 'settings' || part.kind === 'end') {
    writeHparams(value, part);
    return;
  }
  value.text(1, part.tag);
  if (part.kind === 'scalar') value.float(2, part.value);
  else if (part.kind === 'histogram') value.message(5, (histogram) => writeHistogram(histogram, part.values));
  else {
    // A tensor of one string.
    value.message(8, (tensor) => {
      tensor.integer(1, 7);
      tensor.message(2, (shape) => shape.message(2, (dimension) => dimension.integer(1, 1)));
      tensor.text(8, part.text);
    });
    value.message(9, (metadata) => metadata.message(1, (plugin) => plugin.text(1, 'text')));
  }
}

/** What the plugin `hparams` reads: the settings of a run when it begins, and how it has ended. */
function writeHparams(value: MessageWriter, part: Extract<EventPart, { kind: 'settings' | 'end' }>): void {
  const name = part.kind === 'settings' ? 'session_start_info' : 'session_end_info';
  const content = encodeMessage((data) => {
    data.integer(1, 0);
    if (part.kind === 'end')
      data.message(4, (end) => {
        end.integer(1, part.isGood ? 1 : 2);
        end.double(2, part.seconds);
      });
    else
      data.message(3, (start) => {
        for (const [key, setting] of part.settings)
          start.message(1, (entry) => {
            entry.text(1, key);
            entry.message(2, (of) => writeSetting(of, setting));
          });
        start.double(5, part.seconds);
      });
  });
  value.text(1, `_hparams_/${name}`);
  value.message(8, (tensor) => {
    tensor.integer(1, 1);
    tensor.message(2, () => {});
    tensor.float(5, 0);
  });
  value.message(9, (metadata) =>
    metadata.message(1, (plugin) => {
      plugin.text(1, 'hparams');
      plugin.bytes(2, content);
    }),
  );
}

/** A number, a boolean, or a text. */
function writeSetting(value: MessageWriter, setting: Json): void {
  if (typeof setting === 'number') value.double(2, setting);
  else if (typeof setting === 'boolean') value.integer(4, setting ? 1 : 0);
  else value.text(3, typeof setting === 'string' ? setting : JSON.stringify(setting));
}

const BUCKETS = 30;

/** Buckets of equal width from the least to the greatest; numbers that are not finite are left out. */
function writeHistogram(histogram: MessageWriter, values: ArrayLike<number>): void {
  let [least, most, count, sum, squares] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0, 0];
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!Number.isFinite(value)) continue;
    [least, most] = [Math.min(least, value), Math.max(most, value)];
    count++;
    sum += value;
    squares += value * value;
  }
  if (count === 0) [least, most] = [0, 0];
  const width = (most - least) / BUCKETS || 1;
  const counts = new Float64Array(BUCKETS);
  for (let i = 0; i < values.length; i++)
    if (Number.isFinite(values[i])) counts[Math.min(BUCKETS - 1, Math.floor((values[i]! - least) / width))]!++;
  for (const [i, total] of [least, most, count, sum, squares].entries()) histogram.double(i + 1, total);
  const limits = Float64Array.from(counts, (_, i) =>
    i === BUCKETS - 1 ? Math.max(most, least + width * BUCKETS) : least + width * (i + 1),
  );
  histogram.bytes(6, new Uint8Array(limits.buffer));
  histogram.bytes(7, new Uint8Array(counts.buffer));
}
