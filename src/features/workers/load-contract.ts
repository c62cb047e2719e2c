/** What a panel of a worker's load and the extension say to each other. Both ends check what comes. */
import * as z from 'zod/mini';
import { WORKER_FIGURES } from '../../core/entities';
import { failureSchema } from '../panels/failure-schema';
import { pictureFile } from '../panels/picture-schema';

const id = z.string().check(z.minLength(1));

/** Which worker a panel is about. */
export const loadRef = z.object({ connectionId: id, workerId: id });
export type LoadRef = z.infer<typeof loadRef>;

/** How far back the charts may go. */
export const LOAD_SPANS = ['30min', '3h', '24h', '7d'] as const;
export type LoadSpanName = (typeof LOAD_SPANS)[number];
const spanName = z.enum(LOAD_SPANS);

const values = z.array(z.nullable(z.number()));
const figure = z.exactOptional(z.number());

const loadState = z.object({
  span: spanName,
  from: z.number(),
  stepMs: z.number(),
  curves: z.array(z.object({ figure: z.enum(WORKER_FIGURES), means: values, peaks: values })),
});
export type LoadState = z.infer<typeof loadState>;

/** A worker as the list has it now. */
const workerState = z.object({
  name: z.string(),
  /** What it runs, its queues, when it was seen. */
  facts: z.array(z.string()),
  taskId: z.exactOptional(z.string()),
  load: z.object({
    cpuPercent: figure,
    memoryUsedMb: figure,
    memoryTotalMb: figure,
    gpuPercent: figure,
    gpuMemoryUsedMb: figure,
  }),
});
export type WorkerState = z.infer<typeof workerState>;

export const loadHostMessage = z.discriminatedUnion('type', [
  /** First answer to `ready`: what to keep, so that the panel can be restored. */
  z.object({ type: z.literal('open'), ref: loadRef, span: spanName }),
  z.object({ type: z.literal('worker'), worker: workerState }),
  z.object({ type: z.literal('load'), load: loadState }),
  /** Charts that were there before stay. */
  z.object({ type: z.literal('failed'), ...failureSchema.shape }),
]);
export type LoadHostMessage = z.infer<typeof loadHostMessage>;

export const loadPageMessage = z.discriminatedUnion('type', [
  /** `span`: what was shown last; absent: the panel is new. */
  z.object({ type: z.literal('ready'), span: z.exactOptional(spanName) }),
  z.object({ type: z.literal('span'), span: spanName }),
  z.object({ type: z.literal('openTask'), taskId: id }),
  z.object({ type: z.literal('savePicture'), name: z.string(), ...pictureFile }),
  z.object({ type: z.literal('retry') }),
]);
export type LoadPageMessage = z.infer<typeof loadPageMessage>;

/** What `setState` holds and the serializer gets back. */
export const loadPersisted = z.object({ ref: loadRef, span: spanName });
export type LoadPersisted = z.infer<typeof loadPersisted>;
