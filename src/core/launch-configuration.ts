import * as z from 'zod';

/**
 * How the local worker starts a task again, any number of times. It travels as the task's configuration object of
 * this name, so that reset keeps it and clone copies it, and people can read and edit it.
 */
export const LAUNCH_CONFIGURATION_NAME = 'Trackside launch';

export const launchConfiguration = z.object({
  version: z.literal(1),
  /** Absolute path of the script on the machine it was launched from. */
  script: z.string().min(1),
  workingDirectory: z.string().min(1),
  /** Program that runs the script; an absolute path or a name looked up on PATH. Never split by a shell. */
  interpreter: z.string().min(1),
  arguments: z.array(z.string()),
  /** Extra variables; never secrets. */
  environment: z.record(z.string(), z.string()),
  /** Regular expressions of the setting `trackside.metrics.patterns` at launch; see `compileMetricPatterns`. */
  metricPatterns: z.array(z.string()).optional(),
  /** False when metric lines of the output are not to become series; absent means they do. */
  capturesMetrics: z.boolean().optional(),
});

export type LaunchConfiguration = z.infer<typeof launchConfiguration>;
