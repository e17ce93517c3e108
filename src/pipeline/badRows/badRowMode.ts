import type { OpenOptions } from '../../source/types.ts';
import type { Pipeline } from '../declare/pipeline.ts';

/** What sources and operators shall do with a row that cannot be used. */
export function badRowMode({ badRows }: Pick<Pipeline, 'badRows'>): NonNullable<OpenOptions['badRows']> {
  return badRows === 'fail' ? 'throw' : 'return';
}
