/** SQLSTATE of what may be otherwise in a moment: serialization, deadlock, a server that stops, starts, or takes no more connections. */
const passingStates = new Set(['40001', '40P01', '57P01', '57P02', '57P03', '53300']);

/** Codes of the system for a connection that broke or could not be made. */
const passingCodes = new Set(['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN']);

/** Whether an error of the database says nothing about the statement: the same one may succeed when it is tried again. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as NodeJS.ErrnoException;
  if (code !== undefined) return passingStates.has(code) || passingCodes.has(code) || code.startsWith('08');
  return /Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect/.test(
    error.message,
  );
}
