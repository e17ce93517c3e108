import { SchemaError } from '../../errors.ts';
import type { ColumnKind } from '../../source/column/columnKind.ts';

/** Remembers the kind of a column over the record batches of a stream. Columns of nulls without a type leave it open. */
export interface KindMemory {
  /** Undefined until a record batch had a type. */
  readonly kind: ColumnKind | undefined;
  /** @throws SchemaError where the kind is not that of the record batches before */
  see(kind: ColumnKind): void;
}

export function createKindMemory(where: string): KindMemory {
  let known: ColumnKind | undefined;
  return {
    get kind() {
      return known;
    },
    see(kind) {
      if (kind === 'null') return;
      if (known !== undefined && known !== kind) {
        throw new SchemaError({
          where,
          expected: `${known}, as in the record batches before`,
          received: kind,
          hint: 'A column must be of one type through the whole stream',
        });
      }
      known = kind;
    },
  };
}
