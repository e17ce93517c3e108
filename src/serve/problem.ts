import { MillraceError, OptionError } from '../errors.ts';

/** An answer that says what is wrong with a request. */
export interface Problem {
  readonly status: number;
  readonly body: { readonly error: ProblemDetails };
}

/** What was wrong, where, and what to do; nothing of the server's own files. */
export interface ProblemDetails {
  readonly message: string;
  readonly row?: number;
  readonly column?: string;
  readonly expected?: string;
  readonly received?: string;
  readonly hint?: string;
}

/** A request that cannot be answered, with its status. */
export class RequestError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Longer texts of a client come back cut. */
const MOST = 300;

/** What is said of an error: of one in the request all that helps, of one in the server that there is one. */
export function problemOf(error: unknown): Problem {
  if (error instanceof RequestError) return { status: error.status, body: { error: { message: error.message } } };
  if (error instanceof MillraceError && !(error instanceof OptionError)) {
    const { row, column, expected, received, hint } = error;
    const place = [row === undefined ? '' : `row ${row}`, column === undefined ? '' : `column '${column}'`]
      .filter((part) => part !== '')
      .join(', ');
    const details = {
      message: cut(
        `${place === '' ? '' : `${place}: `}expected ${expected}, got ${received}${hint ? `. ${hint}` : ''}`,
      ),
      ...(row !== undefined && { row }),
      ...(column !== undefined && { column: cut(column) }),
      expected: cut(expected),
      received: cut(received),
      ...(hint !== undefined && { hint: cut(hint) }),
    };
    return { status: column === undefined && row === undefined ? 400 : 422, body: { error: details } };
  }
  const { statusCode: status, code } = error as { readonly statusCode?: unknown; readonly code?: unknown };
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') {
    const message =
      'expected the header content-type: application/json for JSON, or application/x-ndjson for a row a line';
    return { status: 415, body: { error: { message } } };
  }
  if (typeof status === 'number' && status >= 400 && status < 500) {
    return { status, body: { error: { message: cut((error as Error).message) } } };
  }
  return { status: 500, body: { error: { message: 'the server failed to answer; its log says why' } } };
}

function cut(text: string): string {
  return text.length <= MOST ? text : `${text.slice(0, MOST)}…`;
}
