import { clientVariables } from '../../backends/clearml/client-variables-wire';
import type { RunJob } from './run-job';
import type { TrackerKeys } from './tracker-session';

/** The editor's and Trackside's own variables; a script that saw them would behave as if it were part of them. */
const OWN_VARIABLES = /^(?:VSCODE_|ELECTRON_|TRACKSIDE_)/;

/** Marks every process that descends from a run, so that stop finds those that left the process group. */
export const RUN_MARK = 'TRACKSIDE_RUN';

/**
 * What the script sees: everything this process sees, the task's own variables over it, and where to report. A
 * script that uses the `clearml` package then reports to its task and leaves console and final status to the runner.
 */
export function scriptEnvironment(
  job: RunJob,
  url: string,
  keys: TrackerKeys,
  inherited: NodeJS.ProcessEnv,
): NodeJS.ProcessEnv {
  const kept = Object.fromEntries(Object.entries(inherited).filter(([name]) => !OWN_VARIABLES.test(name)));
  return {
    PYTHONUNBUFFERED: '1',
    ...kept,
    ...job.launch.environment,
    ...withTwins({
      ...clientVariables(url, keys),
      CLEARML_TASK_ID: job.taskId,
      CLEARML_LOG_TASK_TO_BACKEND: '0',
    }),
    [RUN_MARK]: job.runDir,
  };
}

/** The SDK reads each variable under its present and under its old name. */
function withTwins(variables: Readonly<Record<`CLEARML_${string}`, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(variables).flatMap(([name, value]) => [
      [name, value],
      [name.replace(/^CLEARML_/, 'TRAINS_'), value],
    ]),
  );
}
