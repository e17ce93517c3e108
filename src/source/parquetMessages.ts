/** What a reading thread is told when it starts. */
export interface ParquetTask {
  /** The decoder, compiled. */
  readonly module: WebAssembly.Module;
  readonly path: string;
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

/** What a reading thread says, always one for each `next` that it was told. */
export type ParquetReply =
  | { readonly kind: 'footer'; readonly schema: Uint8Array; readonly groupRows: readonly number[] }
  | { readonly kind: 'records'; readonly ipc: Uint8Array; readonly row: number }
  | { readonly kind: 'end' }
  | { readonly kind: 'error'; readonly message: string; readonly rowGroup: number | undefined };
