const members = new WeakSet<object>();

/**
 * Marks a layer or loss as one of ours: tests hold its derivative to difference quotients, so that a run need not. A copy of it is not marked.
 *
 * @param within what it is made of: it is ours where all of these are
 */
export function builtIn<Member extends object>(member: Member, within: readonly object[] = []): Member {
  if (within.every(isBuiltIn)) members.add(member);
  return member;
}

/** Whether a layer or loss was made by Millrace, of nothing else, and not changed. */
export function isBuiltIn(member: object): boolean {
  return members.has(member);
}
