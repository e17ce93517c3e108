import { count } from '../format/figures.ts';

/** What encoding has replaced, for people: `57 missing values, 1 unseen category`. */
export function replaced({ missing, unseen }: { readonly missing: number; readonly unseen: number }): string {
  const values = `${count(missing)} missing value${missing === 1 ? '' : 's'}`;
  return `${values}, ${count(unseen)} unseen categor${unseen === 1 ? 'y' : 'ies'}`;
}
