/** The part of parquetjs-lite that is used; the package has no types of its own. */
declare module 'parquetjs-lite' {
  export type ParquetValue = string | number | bigint | boolean | Date | null | undefined;
  export type ParquetRow = Record<string, ParquetValue>;
  export interface ParquetField {
    readonly type: 'UTF8' | 'INT32' | 'INT64' | 'DOUBLE' | 'BOOLEAN' | 'TIMESTAMP_MILLIS';
    readonly optional?: boolean;
    readonly statistics?: boolean;
  }
  export class ParquetSchema {
    constructor(fields: Readonly<Record<string, ParquetField>>);
  }
  export class ParquetWriter {
    static openFile(
      schema: ParquetSchema,
      path: string,
      options: { readonly pageIndex: boolean; readonly useDataPageV2?: boolean },
    ): Promise<ParquetWriter>;
    appendRow(row: ParquetRow): Promise<void>;
    close(): Promise<void>;
  }
  export class ParquetReader {
    static openFile(path: string): Promise<ParquetReader>;
    getCursor(): { next(): Promise<ParquetRow | null> };
    close(): Promise<void>;
  }
}
