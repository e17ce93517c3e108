import { CheckpointError } from '../errors.ts';
import { assertStrictJson } from './strictJson.ts';

/** What the header says of one tensor; `begin` and `end` count from the end of the header. */
export interface TensorInfo {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

export interface SafetensorsHeader {
  readonly infos: readonly TensorInfo[];
  readonly metadata: Readonly<Record<string, string>>;
  /** Where the numbers begin in the file. */
  readonly dataAt: number;
}

/**
 * Reads the header of a safetensors file. Offsets are natural numbers in order, but not yet held against the sizes.
 *
 * @param where the file, for errors
 * @throws CheckpointError where it is cut, too long, not UTF-8, not JSON, or says anything else than a header does
 */
export function parseHeader(bytes: Uint8Array, where: string, maxBytes: number): SafetensorsHeader {
  const refuse = (expected: string, received: string, cause?: unknown) =>
    new CheckpointError({ where: `${where}: header`, expected, received, cause });

  if (bytes.length < 8) throw refuse('at least 8 bytes', `${bytes.length}`);
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  if (length > maxBytes) throw refuse(`at most ${maxBytes} bytes`, `${length}`);
  const dataAt = 8 + Number(length);
  if (dataAt > bytes.length) throw refuse(`${length} bytes`, `${bytes.length - 8}`);

  let header: unknown;
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.subarray(8, dataAt));
    header = JSON.parse(text);
    assertStrictJson(text);
  } catch (cause) {
    throw refuse('a JSON object in UTF-8', cause instanceof Error ? cause.message : String(cause), cause);
  }
  if (!isObject(header)) throw refuse('a JSON object', JSON.stringify(header));

  const infos: TensorInfo[] = [];
  let metadata: Record<string, string> = {};
  for (const [name, value] of Object.entries(header)) {
    if (name === '__proto__') throw refuse('names of tensors', name);
    if (name === '__metadata__') {
      if (!isMetadata(value)) throw refuse('__metadata__ of names and texts', JSON.stringify(value));
      metadata = value;
      continue;
    }
    if (!isObject(value)) throw refuse(`an object for tensor ${name}`, JSON.stringify(value));
    const { dtype, shape, data_offsets: offsets } = value;
    if (typeof dtype !== 'string') throw refuse(`a dtype of tensor ${name}`, JSON.stringify(dtype));
    if (!isNaturals(shape))
      throw refuse(`natural numbers below 2^53 as shape of tensor ${name}`, JSON.stringify(shape));
    if (!isNaturals(offsets) || offsets.length !== 2 || offsets[0] > offsets[1]) {
      throw refuse(`two ascending data_offsets of tensor ${name}`, JSON.stringify(offsets));
    }
    infos.push({ name, dtype, shape, begin: offsets[0], end: offsets[1] });
  }
  return { infos, metadata, dataAt };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isMetadata(value: unknown): value is Record<string, string> {
  return (
    isObject(value) &&
    !Object.hasOwn(value, '__proto__') &&
    Object.values(value).every((text) => typeof text === 'string')
  );
}

function isNaturals(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0);
}
