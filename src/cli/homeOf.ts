/** Options that all commands of scheduled retraining have. */
export const homeOptions = {
  home: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const;

/** The folder of scheduled retraining: `--home`, `MILLRACE_HOME`, or `.millrace` here. */
export function homeOf({ home }: { readonly home?: string }): string {
  return home ?? process.env.MILLRACE_HOME ?? '.millrace';
}

/** The server whose database is worked with; undefined for the embedded one in the home folder. */
export function databaseUrl(): string | undefined {
  return process.env.DATABASE_URL || undefined;
}
