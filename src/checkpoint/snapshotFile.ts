import { createHash } from 'node:crypto';
import { CheckpointError } from '../errors.ts';
import { exactJson } from './exactJson.ts';
import { decodeSafetensors, encodeSafetensors } from './safetensors.ts';
import type { Snapshot } from './types.ts';

const formatVersion = '1';

/** The header begins with these bytes, so that the hash has a place of its own and covers all the others. */
const text = new TextEncoder();
const beginning = text.encode('{"__metadata__":{"sha256":"');
const hashAt = 8 + beginning.length;
const zeros = '0'.repeat(64);
const noHash = text.encode(zeros);

/**
 * Encodes a snapshot as a safetensors file. The metadata hold the sha256 of the whole file (with zeros in the hash's place),
 * the version of the format, and the state as JSON. All is copied before this returns its promise; the hash is taken on a thread of its own,
 * since it takes longer than all the rest.
 *
 * @throws CheckpointError where the state is not plain JSON, or a tensor's shape and data differ in size
 * @example decodeSnapshot(await encodeSnapshot({ tensors: {}, state: { step: 3 } }), 'memory').state.step // 3
 */
export async function encodeSnapshot({ tensors, state }: Snapshot): Promise<Uint8Array<ArrayBuffer>> {
  const metadata = { sha256: zeros, millrace: formatVersion, state: exactJson(state, 'state') };
  const bytes = encodeSafetensors({ tensors, metadata });
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  bytes.set(text.encode(Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('')), hashAt);
  return bytes;
}

/**
 * Decodes what `encodeSnapshot` has made. Every truncation and every flipped bit is noticed.
 *
 * @param where the file, for errors
 * @throws CheckpointError where the file is damaged, cut, or of another format
 */
export function decodeSnapshot(bytes: Uint8Array, where: string): Snapshot {
  if (bytes.length < hashAt + 64 || beginning.some((byte, i) => byte !== bytes[8 + i])) {
    throw new CheckpointError({ where, expected: 'a checkpoint', received: `${bytes.length} bytes that are none` });
  }
  const written = new TextDecoder('latin1').decode(bytes.subarray(hashAt, hashAt + 64));
  const found = hashOf(bytes);
  if (found !== written) {
    throw new CheckpointError({
      where,
      expected: `content with sha256 ${written}`,
      received: found,
      hint: 'The file is damaged or cut; use an older checkpoint',
    });
  }
  const { tensors, metadata } = decodeSafetensors(bytes, where);
  if (metadata.millrace !== formatVersion) {
    throw new CheckpointError({
      where,
      expected: `format version ${formatVersion}`,
      received: `${metadata.millrace}`,
      hint: 'It was written by another version of Millrace',
    });
  }
  return { tensors, state: parseState(metadata.state, where) };
}

function parseState(text: string | undefined, where: string): Snapshot['state'] {
  const refuse = (received: string, cause?: unknown) =>
    new CheckpointError({ where: `${where}: state`, expected: 'a JSON object', received, cause });
  if (text === undefined) throw refuse('nothing');
  let state: unknown;
  try {
    state = JSON.parse(text);
  } catch (cause) {
    throw refuse(cause instanceof Error ? cause.message : String(cause), cause);
  }
  if (typeof state !== 'object' || state === null || Array.isArray(state)) throw refuse(text.slice(0, 40));
  return state as Snapshot['state'];
}

function hashOf(bytes: Uint8Array): string {
  const hash = createHash('sha256').update(bytes.subarray(0, hashAt)).update(noHash);
  return hash.update(bytes.subarray(hashAt + 64)).digest('hex');
}
