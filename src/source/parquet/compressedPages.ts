import { readThrift, type ThriftStruct } from './thriftReader.ts';

/** Where the pages of a column in a row group lie. */
export interface ColumnChunk {
  readonly at: number;
  readonly end: number;
}

/**
 * The column chunks whose pages are compressed though they say that they are not. Arrow before 3.0 wrote data pages of version 2 so; it was
 * called `parquet-cpp version 1.5.1` then, and compressed them wherever the column has a codec.
 *
 * @param footer the FileMetaData at the end of the file
 * @see https://issues.apache.org/jira/browse/ARROW-10353
 */
export function compressedChunks(footer: Uint8Array): readonly ColumnChunk[] {
  // Most footers are of others, and need not be read.
  if (!Buffer.from(footer.buffer, footer.byteOffset, footer.length).includes('parquet-cpp version ')) return [];
  try {
    const { 4: groups, 6: writer } = readThrift(footer);
    if (!(writer instanceof Uint8Array && /^parquet-cpp version [01]\./.test(Buffer.from(writer).toString())))
      return [];
    return structs(groups).flatMap(({ 1: chunks }) =>
      structs(chunks).flatMap(({ 3: metadata }) => {
        const { 4: codec, 7: size, 9: pages, 11: dictionary } = metadata as ThriftStruct;
        const at = Number((dictionary as bigint) > 0n ? dictionary : pages);
        return codec === 0n ? [] : [{ at, end: at + Number(size) }];
      }),
    );
  } catch (error) {
    // A damaged footer is for the decoder to tell of.
    if (error instanceof RangeError || error instanceof TypeError) return [];
    throw error;
  }
}

/** Has the pages of a column chunk say that they are compressed; its bytes are changed where they lie. */
export function markCompressed(chunk: Uint8Array): void {
  try {
    for (let at = 0; at < chunk.length; ) {
      const places = new Map<ThriftStruct, Map<number, number>>();
      const page = readThrift(chunk.subarray(at), (struct, field, place) => {
        places.set(struct, (places.get(struct) ?? new Map()).set(field, place));
      });
      const { 3: size, 8: second } = page;
      if (!((size as bigint) >= 0n)) throw new RangeError(`a page of ${size} bytes`);
      const flag = places.get(second as ThriftStruct)?.get(7);
      // The head of a field that is true or false has its value.
      if (flag !== undefined && (chunk[at + flag]! & 15) === no) chunk[at + flag]! += yes - no;
      at += places.get(page)!.get(0)! + Number(size);
    }
  } catch (error) {
    // Damaged pages are for the decoder to tell of.
    if (!(error instanceof RangeError)) throw error;
  }
}

const [yes, no] = [1, 2];

function structs(value: unknown): readonly ThriftStruct[] {
  return (value ?? []) as readonly ThriftStruct[];
}
