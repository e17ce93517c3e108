/** A change of the champion, as the registry records it. */
export interface ChampionChange {
  readonly kind: 'promote' | 'rollback' | 'remove';
  readonly version: number | null;
}

/**
 * The champion and those that were before it, newest first: what a rollback goes back through. A version that was rolled back from is not
 * among them.
 *
 * @param changes oldest first
 * @example championStack([{ kind: 'promote', version: 1 }, { kind: 'promote', version: 2 }, { kind: 'rollback', version: 1 }]) //=> [1]
 */
export function championStack(changes: readonly ChampionChange[]): number[] {
  let stack: number[] = [];
  for (const { kind, version } of changes) {
    if (version === null) continue;
    const place = stack.indexOf(version);
    if (kind === 'rollback' && place >= 0) stack = stack.slice(place);
    else stack = [version, ...stack.filter((each) => each !== version)];
  }
  return stack;
}
