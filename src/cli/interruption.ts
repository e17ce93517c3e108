import { whenStarterEnds } from './whenStarterEnds.ts';

/** A Ctrl-C comes from the terminal, and once more from npm, which hands it on. */
const sameMs = 1000;

/**
 * A signal that is given by Ctrl-C, SIGTERM, the end of the terminal, or that of the npm or npx which started this process. A second Ctrl-C or
 * SIGTERM ends the process at once, unless it comes within a second; the end of a terminal, of which the shell tells as well as the system, does not.
 */
export function interruption(): { readonly signal: AbortSignal; end(): void } {
  const abort = new AbortController();
  let since = Number.POSITIVE_INFINITY;
  const interrupt = () => {
    if (performance.now() - since > sameMs) process.exit(130);
    since = Math.min(since, performance.now());
    abort.abort();
  };
  const hangUp = () => abort.abort();
  const leave = whenStarterEnds(() => {
    console.error(
      'millrace: npm or npx, which started this process, has ended, and so does it; MILLRACE_DETACHED=1 lets it go on',
    );
    abort.abort();
  });
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt).on('SIGHUP', hangUp);
  return {
    signal: abort.signal,
    end() {
      leave();
      process.off('SIGINT', interrupt).off('SIGTERM', interrupt).off('SIGHUP', hangUp);
    },
  };
}
