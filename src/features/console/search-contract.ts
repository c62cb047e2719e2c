/** What the search thread is asked. */
export interface SearchRequest {
  /** A text file; its last line may have no line feed. */
  readonly file: string;
  readonly pattern: string;
  readonly flags: string;
  readonly mostMatches: number;
}

/** What it answers. */
export interface SearchAnswer {
  /** In their order; lines from 0. */
  readonly matches: readonly { readonly line: number; readonly text: string }[];
  /** Also those that are not listed. */
  readonly matchCount: number;
  readonly lineCount: number;
}
