import type { RetryPolicy } from '../../client/retry';
import type { Timeouts } from '../../client/transport';

/** The gateway hangs as a whole while ClearML is away, so asking again soon makes it worse. */
export const NO_RETRY: RetryPolicy = { maxRetries: 0, firstPauseMs: 0, maxPauseMs: 0, maxRetryAfterMs: 0 };
export const RECOGNIZE_TIMEOUTS: Timeouts = { connectMs: 3_000, wholeMs: 5_000 };
export const GATEWAY_TIMEOUTS: Timeouts = { connectMs: 5_000, wholeMs: 15_000 };
/** How long ClearML is trusted to be there after it told something. */
export const AWAKE_FOR_MS = 2_000;
/** Lists of models and datasets cost the gateway a call of ClearML per entry, and nobody else is answered meanwhile. */
export const CATALOG_TIMEOUT_MS = 120_000;
/** Two calls of ClearML per task: 500 tasks took 21 s with ClearML on the same machine. */
export const TASK_LIST_TIMEOUT_MS = 60_000;
/** What one list of tasks holds at most, and which are the oldest ones; there is no way to ask for more. */
export const MAX_LISTED_TASKS = 500;

/** Projects asked for one page of all tasks: each costs a request, and requests go one at a time. */
export const MAX_PROJECTS_PER_PAGE = 8;
