/**
 * A mistake that the user can mend: a bad file, key, value or model. The command line prints the message
 * on one line and exits with status 2, so the message says what is wrong, where, and what to do.
 */
export class InputError extends Error {
  override name = 'InputError';
}

/** Work stopped by the user (Ctrl-C). Thrown after everything worth keeping was saved; exit status 130. */
export class Interrupted extends Error {
  override name = 'Interrupted';
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The `code` of a Node.js system error (`ENOENT`, `ENOSPC`, ...), or undefined. */
export function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
