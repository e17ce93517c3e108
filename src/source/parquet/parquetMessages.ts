import type { ColumnChunk } from './compressedPages.ts';

/** What a reading thread is told first. */
export interface ParquetDecoder {
  readonly kind: 'decoder';
  /** The decoder, compiled. */
  readonly module: WebAssembly.Module;
  /** The most memory that it takes. */
  readonly memoryBytes: number;
}

/** What it is to do next. It does one thing after the other, as long as each ends well. */
export interface ParquetTask {
  readonly kind: 'task';
  /** The file, where it is one of this machine; else its parts are asked for. */
  readonly path?: string;
  /** Its bytes. */
  readonly size: number;
  /** Its end, where it is known: from the footer on. Perhaps not as it lies there. */
  readonly end?: { readonly at: number; readonly bytes: Uint8Array };
  /** Column chunks whose pages are compressed though they say that they are not. */
  readonly compressed?: readonly ColumnChunk[];
  /** What to read; only the footer when absent. */
  readonly rows?: {
    /** All when absent: they are not named then, since some nestings are lost when they are. */
    readonly columns?: readonly string[];
    /** Rows of a record batch. Record batches end where a row group does. */
    readonly batchRows: number;
    /** The first row. */
    readonly from: number;
    /** The numbers of row groups that are passed over. */
    readonly skipGroups?: readonly number[];
  };
}

/** What a reading thread says, always one for each `next` that it was told. A footer and an end are the last of a task. */
export type ParquetReply =
  | {
      readonly kind: 'footer';
      readonly schema: Uint8Array;
      readonly groupRows: readonly number[];
      readonly heldBytes: number;
    }
  | { readonly kind: 'records'; readonly ipc: Uint8Array; readonly row: number }
  | {
      readonly kind: 'end';
      /** Memory that the decoder has taken and does not give back. */
      readonly heldBytes: number;
    }
  | {
      readonly kind: 'error';
      readonly message: string;
      readonly rowGroup: number | undefined;
      /** What the row group takes decompressed, where the decoder had not so much memory left. */
      readonly neededBytes?: number | undefined;
    };

/** What a reading thread says unasked: with which row group it begins. */
export interface ParquetNote {
  readonly kind: 'begins';
  readonly rowGroup: number;
}

/** What a reading thread asks for where it cannot read the file itself; answered by `ParquetBytes` of that number. */
export interface ParquetWish {
  readonly kind: 'read';
  readonly number: number;
  readonly at: number;
  readonly length: number;
}

/** What a reading thread is told: that a reply is wanted, what to do, or bytes that it has asked for. */
export type ParquetRequest = 'next' | ParquetDecoder | ParquetTask | ParquetBytes;

export interface ParquetBytes {
  readonly kind: 'bytes';
  readonly number: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}
