import type { ExecutionContext } from 'ava';
import type { Law } from '../src/laws/law.ts';

/** Makes a test of each law: `test` itself or `test.serial`. */
export function holdTo(
  test: (title: string, implementation: (t: ExecutionContext) => Promise<void>) => void,
  laws: readonly Law[],
): void {
  for (const { name, run } of laws) {
    test(name, async (t) => {
      await t.notThrowsAsync(async () => run());
    });
  }
}
