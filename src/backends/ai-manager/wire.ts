import * as z from 'zod';
import type { EpochMs } from '../../core/entities';
import { rows } from '../readable-rows';

/** What AI Manager answers. Lenient: its document and the real server differ, and any column may be null. */
const text = z.string().nullish();
/** A null that somebody wrote to a name or a status makes no row unreadable. */
const word = z
  .string()
  .nullish()
  .transform((given) => given ?? '');
const tags = rows(z.string())
  .nullish()
  .transform((given) => given ?? []);

export const loginAnswer = z.object({ access_token: z.string().min(1) });
export const userAnswer = z.object({ id: z.number(), username: z.string() });
export const apiAnswer = z.object({
  info: z.object({ title: z.string(), version: text }),
  paths: z.record(z.string(), z.unknown()).nullish(),
});
export type WireApi = z.infer<typeof apiAnswer>;

export const projectAnswer = z.object({
  id: z.number(),
  name: word,
  description: text,
  owner_id: z.number().nullish(),
  is_public: z.boolean().nullish(),
  updated_at: text,
});
export type WireProject = z.infer<typeof projectAnswer>;

const runFields = {
  id: z.number(),
  name: word,
  status: word,
  started_at: text,
  ended_at: text,
  tags,
};
/** A row of a list: has neither project nor config nor notes. */
export const runRow = z.object(runFields);
export const runAnswer = z.object({
  ...runFields,
  project_id: z.number().nullish(),
  config: z.record(z.string(), z.unknown()).nullish(),
  notes: text,
  created_at: text,
  updated_at: text,
});
export type WireRunRow = z.infer<typeof runRow>;
export type WireRun = z.infer<typeof runAnswer>;

/** `value` is null where the run reported infinity or not a number. */
export const metricsAnswer = z.array(
  z.object({
    id: z.number(),
    name: z.string(),
    value: z.number().nullable(),
    step: z.number().nullish(),
    timestamp: text,
  }),
);
export type WireMetric = z.infer<typeof metricsAnswer>[number];

export const summaryAnswer = z.array(
  z.object({
    name: z.string(),
    /** The point that was inserted last, not the one of the highest step. */
    current_value: z.number().nullish(),
    min_value: z.number().nullish(),
    max_value: z.number().nullish(),
    mean_value: z.number().nullish(),
    total_points: z.number(),
  }),
);
export type WireSummary = z.infer<typeof summaryAnswer>[number];

export const failureAnswer = z.object({
  detail: z.union([
    z.string(),
    z.array(z.object({ loc: z.array(z.union([z.string(), z.number()])), msg: z.string() })),
  ]),
});

/** The server's times are UTC without saying so. Undefined for what is no time. */
export function timeOf(given: string | null | undefined): EpochMs | undefined {
  if (given === null || given === undefined) {
    return undefined;
  }
  const isZoned = /(z|[+-]\d{2}:?\d{2})$/i.test(given);
  const parsed = Date.parse(isZoned ? given : `${given}Z`);
  return Number.isNaN(parsed) ? undefined : parsed;
}
