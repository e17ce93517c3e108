import fc from 'fast-check';

/** One change of a file's bytes. */
type Mutation = (bytes: Buffer) => Buffer;

/** What the text formats are made of, for a change to be one of meaning. Bytes stand for themselves: the text is read as Latin-1. */
interface Grammar {
  readonly token: RegExp;
  /** What is put in the place of a token, or before one. */
  readonly pool: readonly string[];
}

const shared = ['\n', '\r\n', '\r', '"', '""', '\\', ' ', '\0', '\xff', '\xc3', '\xef\xbb\xbf', '\xc3\xa9', '1'].concat(
  [...['-1', '01', '1.5', '1e999', 'NaN', 'true', 'null', '2001-02-03', '9223372036854775808', 'x', 'x'.repeat(3000)]],
);

/** Comma- and tab-separated values, and JSON lines. */
export const grammars = {
  values: { token: /"|\r\n|[,\t\r\n]|[^",\t\r\n]+/g, pool: [...shared, ',', '\t', ',,', '#', "'", '\n\n', '"\n"'] },
  json: {
    token: /"(?:[^"\\\n]|\\.)*"|[{}[\],:\n]|[^{}[\],:\n"]+|"/g,
    pool: [
      ...shared,
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '{}',
      '[]',
      '{"a":1}',
      '"a"',
      '"\\ud800"',
      '"\\u00e9"',
      '[['.repeat(2000),
    ],
  },
} as const satisfies Readonly<Record<string, Grammar>>;

const at = fc.nat(1 << 20);

function textMutation({ token, pool }: Grammar): fc.Arbitrary<Mutation> {
  const edit =
    (change: (tokens: string[], i: number) => void) =>
    (place: number): Mutation =>
    (bytes) => {
      const tokens = bytes.toString('latin1').match(token) ?? [''];
      change(tokens, place % tokens.length);
      return Buffer.from(tokens.join(''), 'latin1');
    };
  const word = fc.constantFrom(...pool);
  const count = fc.integer({ min: 1, max: 12 });
  return fc.oneof(
    fc.tuple(at, word).map(([place, value]) => edit((tokens, i) => tokens.splice(i, 1, value))(place)),
    fc.tuple(at, word).map(([place, value]) => edit((tokens, i) => tokens.splice(i, 0, value))(place)),
    fc.tuple(at, count).map(([place, n]) => edit((tokens, i) => tokens.splice(i, n))(place)),
    fc.tuple(at, count).map(([place, n]) => edit((tokens, i) => tokens.splice(i, 0, ...tokens.slice(i, i + n)))(place)),
    fc.tuple(at, at).map(([place, other]) =>
      edit((tokens, i) => {
        const j = other % tokens.length;
        [tokens[i], tokens[j]] = [tokens[j]!, tokens[i]!];
      })(place),
    ),
    cut,
  );
}

const cut = at.map(
  (place): Mutation =>
    (bytes) =>
      bytes.subarray(0, place % (bytes.length + 1)),
);

/** Lengths and offsets at which a reader may stumble. */
const words = [
  0n,
  1n,
  2n,
  7n,
  8n,
  255n,
  256n,
  1n << 16n,
  (1n << 31n) - 1n,
  1n << 31n,
  (1n << 32n) - 1n,
  1n << 32n,
].concat([...[(1n << 53n) - 1n, 1n << 53n, (1n << 63n) - 1n, 1n << 63n, (1n << 64n) - 1n]]);

/** Changes of lengths, offsets, tags and parts, wherever they are. */
function binaryMutation(): fc.Arbitrary<Mutation> {
  const edit =
    (change: (bytes: Buffer, place: number) => void) =>
    (place: number): Mutation =>
    (bytes) => {
      const copy = Buffer.from(bytes);
      if (copy.length >= 16) change(copy, place);
      return copy;
    };
  const aligned = (bytes: Buffer, place: number, size: number) => size * (place % Math.floor(bytes.length / size));
  // Half of them near the end, where footers are.
  const near = fc.oneof(
    at,
    at.map((place) => -1 - (place % 600)),
  );
  const placed = (bytes: Buffer, place: number) =>
    place < 0 ? Math.max(0, bytes.length + place) : place % bytes.length;
  return fc.oneof(
    {
      weight: 4,
      arbitrary: fc.tuple(near, fc.nat(7)).map(([p, bit]) => edit((b, place) => (b[placed(b, place)]! ^= 1 << bit))(p)),
    },
    {
      weight: 4,
      arbitrary: fc
        .tuple(near, fc.integer({ min: -3, max: 3 }))
        .map(([p, by]) => edit((b, place) => (b[placed(b, place)]! += by))(p)),
    },
    {
      weight: 2,
      arbitrary: fc.tuple(near, fc.nat(255)).map(([p, value]) => edit((b, place) => (b[placed(b, place)] = value))(p)),
    },
    fc
      .tuple(at, fc.constantFrom(...words))
      .map(([p, w]) => edit((b, place) => b.writeUInt32LE(Number(w & 0xffffffffn), aligned(b, place, 4)))(p)),
    fc
      .tuple(at, fc.constantFrom(...words))
      .map(([p, w]) => edit((b, place) => b.writeBigUInt64LE(w, aligned(b, place, 8)))(p)),
    // A word of another place: a length that is one elsewhere.
    fc
      .tuple(at, at)
      .map(([p, q]) => edit((b, place) => b.copy(b, aligned(b, place, 4), aligned(b, q, 4), aligned(b, q, 4) + 4))(p)),
    // A part that is gone, or there twice.
    fc.tuple(at, fc.constantFrom(1, 8, 64, 256)).map(
      ([place, size]): Mutation =>
        (bytes) => {
          const begin = 8 * (place % (1 + Math.floor(bytes.length / 8)));
          return Buffer.concat([bytes.subarray(0, begin), bytes.subarray(begin + size)]);
        },
    ),
    fc.tuple(at, fc.constantFrom(1, 8, 64, 256)).map(
      ([place, size]): Mutation =>
        (bytes) => {
          const begin = 8 * (place % (1 + Math.floor(bytes.length / 8)));
          return Buffer.concat([bytes.subarray(0, begin + size), bytes.subarray(begin)]);
        },
    ),
    cut,
  );
}

/**
 * A file changed in one to four places.
 *
 * @param grammar of text; a binary format when absent
 */
export function mutatedInput(whole: Uint8Array, grammar?: keyof typeof grammars): fc.Arbitrary<Uint8Array> {
  const mutation = grammar ? textMutation(grammars[grammar]) : binaryMutation();
  return fc
    .array(mutation, { minLength: 1, maxLength: 4 })
    .map((mutations) => mutations.reduce<Buffer>((bytes, mutate) => mutate(bytes), Buffer.from(whole)));
}
