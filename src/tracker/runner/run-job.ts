import * as z from 'zod';
import { launchConfiguration } from '../../core/launch-configuration';

/** Names of the variables through which a runner gets what belongs in neither argv nor a file. */
export const RUNNER_VARIABLES = {
  /** Path of the job file, readable by this user alone. */
  jobFile: 'TRACKSIDE_RUN_JOB',
  accessKey: 'TRACKSIDE_RUN_ACCESS_KEY',
  secretKey: 'TRACKSIDE_RUN_SECRET_KEY',
} as const;

/** Everything one runner needs to know, apart from the keys. */
export const runJob = z.object({
  taskId: z.string().min(1),
  workerId: z.string().min(1),
  /** Where the tracker listened when the run began. */
  url: z.string().min(1),
  dataDir: z.string().min(1),
  /** Folder of this run: job, state, log, spool. */
  runDir: z.string().min(1),
  nodePath: z.string().min(1),
  trackerScript: z.string().min(1),
  version: z.string(),
  stopGraceMs: z.number().int().nonnegative(),
  launch: launchConfiguration,
  /** `deliver`: the script has ended long ago; only send what could not be sent then. */
  mode: z.enum(['run', 'deliver']),
});

export type RunJob = z.infer<typeof runJob>;

/** How a run ended, in words for people. */
export const runEnd = z.object({
  kind: z.enum(['completed', 'failed', 'stopped', 'abandoned']),
  /** Empty for a plain success. `abandoned`: the task was reset, deleted or ended elsewhere; nothing is reported. */
  reason: z.string(),
});

export type RunEnd = z.infer<typeof runEnd>;

/** What a live runner says about itself, so that another tracker process recognises it. */
export const runState = z.object({
  taskId: z.string(),
  pid: z.number().int().positive(),
  /** See `processStart`; tells this process from a later one with the same pid. */
  processStart: z.string(),
  /** The script's process, once it runs; leader of its group. */
  scriptPid: z.number().int().positive().optional(),
});

export type RunState = z.infer<typeof runState>;
