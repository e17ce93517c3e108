/**
 * A signal that is given by Ctrl-C, SIGTERM, or the end of the terminal. A second Ctrl-C or SIGTERM ends the process at once; the end of a
 * terminal, of which the shell tells as well as the system, does not.
 */
export function interruption(): { readonly signal: AbortSignal; end(): void } {
  const abort = new AbortController();
  const interrupt = () => {
    if (abort.signal.aborted) process.exit(130);
    abort.abort();
  };
  const hangUp = () => abort.abort();
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt).on('SIGHUP', hangUp);
  return {
    signal: abort.signal,
    end() {
      process.off('SIGINT', interrupt).off('SIGTERM', interrupt).off('SIGHUP', hangUp);
    },
  };
}
