/**
 * Said above what is kept on the page though it could not be read again; empty while it is up to date.
 *
 * @param reason whole sentences; null: it could be read.
 */
export function staleNote(reason: string | null): string {
  return reason === null ? '' : `Not up to date. ${reason}`;
}
