/** What the page of several runs says to the extension, beside what every page of curves does. */
import * as z from 'zod/mini';
import { curvesMessages, readyMessage } from './panel-messages';
import { look } from './runs-contract';

export const RUN_DEEDS = ['open', 'reveal', 'takeOut', 'copyName'] as const;
export type RunDeed = (typeof RUN_DEEDS)[number];

export const runsPanelMessage = z.discriminatedUnion('type', [
  readyMessage,
  ...curvesMessages,
  z.object({ type: z.literal('runDeed'), run: z.string(), deed: z.enum(RUN_DEEDS) }),
  z.object({ type: z.literal('addRuns') }),
  /** Runs whose line is pointed at now; none: no line is. */
  z.object({ type: z.literal('pointAt'), runs: z.array(z.string()) }),
  /** Null: the look that the run gets by itself. */
  z.object({ type: z.literal('setLook'), run: z.string(), look: z.nullable(look) }),
  /** Runs are put together by a parameter, or shall be: from now on the page wants to know them. */
  z.object({ type: z.literal('wantParameters') }),
]);
export type RunsPanelMessage = z.infer<typeof runsPanelMessage>;
