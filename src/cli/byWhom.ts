import { userInfo } from 'node:os';

/** Who asks: the user's name. */
export function byWhom(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run as a user without a name.
    return `user ${process.getuid?.() ?? 'unknown'}`;
  }
}
