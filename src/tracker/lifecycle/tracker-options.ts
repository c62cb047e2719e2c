import type { Logger } from '../../core/logger';

/** What is needed to find or start the tracker of one data folder. */
export interface EnsureTrackerOptions {
  /** Private to this user; made when it is missing. One tracker serves it at a time. */
  readonly dataDir: string;
  /** Absolute path of `dist/tracker.js`. */
  readonly trackerScript: string;
  /** Node, or the editor's executable, which then runs as Node. */
  readonly nodePath: string;
  /** Accepted by the tracker from then on, whoever started it. */
  readonly credentials: { readonly accessKey: string; readonly secretKey: string };
  /** Of the caller. A tracker that an older version started is replaced; its runs go on. */
  readonly version: string;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  /** How long a tracker that nobody uses stays; 5 minutes unless given. */
  readonly idleMs?: number;
}
