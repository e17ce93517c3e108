import { createHash } from 'node:crypto';
import fc from 'fast-check';

/** One change of a checkpoint's parts: the text of the header, and all numbers behind it. */
type Mutation = (parts: Parts) => Parts;
interface Parts {
  readonly header: string;
  readonly data: Uint8Array;
  /** What the file says that the header's length is; the truth when absent. */
  readonly length?: bigint;
}

/** What a header is made of: texts, numbers, marks. */
const token = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|[{}[\],:]|[a-z]+/g;

/** Values at which a reader may stumble: numbers, texts, and what is neither. */
const numbers = ['0', '1', '2', '16', '48', '-1', '1.5', '1e3', '01', '-0', '4294967296', '9007199254740991'].concat([
  '9007199254740993',
  '18446744073709551616',
  '1e400',
]);
const texts = [
  '""',
  '"__proto__"',
  '"__metadata__"',
  '"constructor"',
  '"F64"',
  '"F32"',
  '"BF16"',
  '"w"',
  '"n"',
  '"shape"',
].concat(['"\\ud800"', '"millrace"', '"state"', '"{\\"step\\":1}"', '"{"', '"null"']);
const pool = [...numbers, ...texts, 'null', 'true', '[]', '{}', '[[[[]]]]', ',', ':', '}'];

const lengths = [0n, 1n, 7n, 8n, 1n << 31n, 1n << 32n, (1n << 53n) - 1n, 1n << 53n, (1n << 53n) + 1n, (1n << 64n) - 1n];

/** The tokens before this one begin every checkpoint, up to its hash. */
const firstToken = 7;

function editTokens(at: number, edit: (tokens: string[], i: number) => void): Mutation {
  return (parts) => {
    const tokens = parts.header.match(token) ?? [];
    if (tokens.length > firstToken) edit(tokens, firstToken + (at % (tokens.length - firstToken)));
    return { ...parts, header: tokens.join('') };
  };
}

/** Another value of the same kind: the header stays JSON, and may still be one. */
const sameKind = fc
  .tuple(fc.nat(500), fc.constantFrom(...numbers), fc.constantFrom(...texts))
  .map(([at, number, text]) =>
    editTokens(at, (tokens, i) => {
      for (let j = i; j < tokens.length; j++) {
        if (/^["\d-]/.test(tokens[j]!)) {
          tokens[j] = tokens[j]![0] === '"' ? text : number;
          return;
        }
      }
    }),
  );

const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  { weight: 16, arbitrary: sameKind },
  {
    weight: 4,
    arbitrary: fc
      .tuple(fc.nat(500), fc.constantFrom(...pool))
      .map(([at, value]) => editTokens(at, (tokens, i) => tokens.splice(i, 1, value))),
  },
  fc
    .tuple(fc.nat(500), fc.constantFrom(...pool))
    .map(([at, value]) => editTokens(at, (tokens, i) => tokens.splice(i, 0, value))),
  fc
    .tuple(fc.nat(500), fc.integer({ min: 1, max: 12 }))
    .map(([at, count]) => editTokens(at, (tokens, i) => tokens.splice(i, count))),
  // A member, or more or less than one, twice.
  fc
    .tuple(fc.nat(500), fc.integer({ min: 1, max: 24 }))
    .map(([at, count]) => editTokens(at, (tokens, i) => tokens.splice(i, 0, ...tokens.slice(i, i + count)))),
  fc.tuple(fc.nat(500), fc.nat(500)).map(([at, other]) =>
    editTokens(at, (tokens, i) => {
      const j = other % tokens.length;
      [tokens[i], tokens[j]] = [tokens[j]!, tokens[i]!];
    }),
  ),
  fc.nat(2000).map(
    (at): Mutation =>
      (parts) => ({ ...parts, header: parts.header.slice(0, at % (parts.header.length + 1)) }),
  ),
  fc.nat(200).map(
    (at): Mutation =>
      (parts) => ({ ...parts, data: parts.data.slice(0, at % (parts.data.length + 1)) }),
  ),
  fc.uint8Array({ maxLength: 40 }).map(
    (more): Mutation =>
      (parts) => ({ ...parts, data: Buffer.concat([parts.data, more]) }),
  ),
  fc.constantFrom(...lengths).map(
    (length): Mutation =>
      (parts) => ({ ...parts, length }),
  ),
  fc.integer({ min: -9, max: 9 }).map(
    (by): Mutation =>
      (parts) => {
        const length = BigInt(Math.max(0, Buffer.byteLength(parts.header) + by));
        return { ...parts, length };
      },
  ),
);

/** The place of the hash in a checkpoint, which covers all but itself. */
const hashAt = 8 + '{"__metadata__":{"sha256":"'.length;

/**
 * A checkpoint changed in one to four places. In most its hash is right again, so that what lies behind the hash is reached.
 *
 * @param whole a checkpoint
 */
export function mutatedCheckpoint(whole: Uint8Array): fc.Arbitrary<Uint8Array> {
  const headerBytes = Number(new DataView(whole.buffer, whole.byteOffset).getBigUint64(0, true));
  const parts: Parts = {
    header: Buffer.from(whole.subarray(8, 8 + headerBytes)).toString(),
    data: whole.subarray(8 + headerBytes),
  };
  return fc
    .tuple(fc.array(mutation, { minLength: 1, maxLength: 4 }), fc.integer({ min: 0, max: 9 }))
    .map(([mutations, dice]) => {
      const { header, data, length } = mutations.reduce((so, mutate) => mutate(so), parts);
      const text = Buffer.from(header);
      const bytes = Buffer.alloc(8 + text.length + data.length);
      bytes.writeBigUInt64LE(length ?? BigInt(text.length));
      bytes.set(text, 8);
      bytes.set(data, 8 + text.length);
      return dice === 0 || bytes.length < hashAt + 64 ? bytes : withHash(bytes);
    });
}

function withHash(bytes: Buffer): Buffer {
  bytes.fill('0', hashAt, hashAt + 64);
  bytes.write(createHash('sha256').update(bytes).digest('hex'), hashAt);
  return bytes;
}
