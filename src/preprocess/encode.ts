import { defer, map, type OperatorFunction } from 'rxjs';
import type { Batch, Cursor } from '../types.ts';
import type { Counters } from './encoder.ts';
import type { EncoderOptions, Preprocessor } from './preprocessor.ts';

export interface EncodeOptions extends EncoderOptions {
  /**
   * Is added to: values replaced because they were missing, and categories that fitting had not seen.
   * @default counted by nobody
   */
  readonly counters?: Counters;
}

/** The selected rows of a record batch as words, `[n, layout.words]`, row-major; codes are int32 in the same bytes. */
export interface EncodedBatch {
  readonly words: Float32Array;
  readonly n: number;
  /** The cursor of the record batch. */
  readonly cursor: Cursor;
}

/**
 * Encodes the selected rows of each record batch, column by column.
 *
 * @throws SchemaError where a column is missing or of another kind than when it was fitted
 * @throws DataError where a value is not what its use allows: an infinity, a label outside {0, 1}, a null declared an error
 * @example batches$.pipe(encode(preprocessor))
 */
export function encode(preprocessor: Preprocessor, options: EncodeOptions = {}): OperatorFunction<Batch, EncodedBatch> {
  const { counters = { missing: 0, unseen: 0 }, labels } = options;
  return (batch$) =>
    defer(() => {
      const encoder = preprocessor.encoder({ labels });
      return batch$.pipe(
        map((batch) => ({
          words: encoder.encode(batch, counters),
          n: batch.selected?.length ?? batch.records.numRows,
          cursor: batch.cursor,
        })),
      );
    });
}
