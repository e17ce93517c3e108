import { defer, map, type OperatorFunction } from 'rxjs';
import { flag, objectOf, oneOf } from '../../options/bounds.ts';
import { checkOptions } from '../../options/checkOptions.ts';
import type { BadRow, Batch, Cursor } from '../../source/types.ts';
import type { Counters } from './encodeColumn.ts';
import type { EncoderOptions, Preprocessor } from './preprocessor.ts';

export interface EncodeOptions extends EncoderOptions {
  /**
   * Is added to: values replaced because they were missing, and categories that fitting had not seen.
   * @default counted by nobody
   */
  readonly counters?: Counters;
  /**
   * What becomes of a row that holds a value which its use does not allow: the error that says so, or a place in `refused`.
   * @default 'throw'
   */
  readonly badRows?: 'throw' | 'return';
}

/** The selected rows of a record batch as words, `[n, layout.words]`, row-major; codes are int32 in the same bytes. */
export interface EncodedBatch {
  readonly words: Float32Array;
  readonly n: number;
  /** The cursor of the record batch. */
  readonly cursor: Cursor;
  /** Rows of the record batch that cannot be used, whoever has found that; none when absent. */
  readonly refused?: readonly BadRow[];
}

/**
 * Encodes the selected rows of each record batch, column by column.
 *
 * @throws SchemaError where a column is missing or of another kind than when it was fitted
 * @throws DataError where a value is not what its use allows: an infinity, a label outside {0, 1}, a null declared an error; not where
 *   such rows are returned
 * @example batches$.pipe(encode(preprocessor))
 */
export function encode(preprocessor: Preprocessor, options: EncodeOptions = {}): OperatorFunction<Batch, EncodedBatch> {
  checkOptions<EncodeOptions>('encode', options, {
    counters: objectOf('{ missing, unseen }'),
    labels: flag,
    reuse: flag,
    badRows: oneOf('throw', 'return'),
  });
  const { counters = { missing: 0, unseen: 0 }, labels, reuse, badRows = 'throw' } = options;
  return (batch$) =>
    defer(() => {
      const encoder = preprocessor.encoder({ labels, reuse });
      const encodeAll = (batch: Batch) => ({ words: encoder.encode(batch, counters), batch });
      const encodeUsable = (batch: Batch) => encoder.encodeUsable(batch, counters);
      return batch$.pipe(map(badRows === 'return' ? encodeUsable : encodeAll), map(encoded));
    });
}

function encoded({ words, batch }: { readonly words: Float32Array; readonly batch: Batch }): EncodedBatch {
  const { records, selected, cursor, refused } = batch;
  return { words, n: selected?.length ?? records.numRows, cursor, ...(refused && { refused }) };
}
