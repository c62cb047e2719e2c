/**
 * Process entry: runs one task's script apart from the editor and the tracker, so that neither's end is the run's.
 * Gets its job file and the tracker's keys through the environment; see `run-job.ts`.
 */
import path from 'node:path';
import { systemClock } from '../../core/clock';
import type { Logger } from '../../core/logger';
import { createFileLogger } from './file-logger';
import { processStart } from './process-identity';
import { RunFolder } from './run-folder';
import { RUNNER_VARIABLES } from './run-job';
import { TaskRun } from './task-run';
import { createTrackerRevival } from './tracker-revival';

function takeVariable(name: string): string {
  const value = process.env[name];
  Reflect.deleteProperty(process.env, name); // not for the script
  if (value === undefined || value === '') {
    throw new Error(`${name} is not set: the runner is started by Trackside's tracker only.`);
  }
  return value;
}

async function main(): Promise<void> {
  const folder = new RunFolder(path.dirname(takeVariable(RUNNER_VARIABLES.jobFile)));
  const keys = {
    accessKey: takeVariable(RUNNER_VARIABLES.accessKey),
    secretKey: takeVariable(RUNNER_VARIABLES.secretKey),
  };
  const logger = createFileLogger(folder.logFile);
  const job = folder.readJob();
  if (job === undefined) {
    throw new Error(`There is no valid job in ${folder.jobFile}.`);
  }
  folder.writeState({
    taskId: job.taskId,
    pid: process.pid,
    processStart: processStart(process.pid) ?? 'unknown',
  });
  const run = new TaskRun({
    job,
    folder,
    keys,
    logger,
    clock: systemClock,
    environment: process.env,
    reviveTracker: createTrackerRevival(job, keys, logger),
  });
  listen(run, logger);
  const end = job.mode === 'deliver' ? folder.readEnd() : undefined;
  await (end === undefined ? run.run() : run.deliver(end));
}

function listen(run: TaskRun, logger: Logger): void {
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    process.on(signal, () => run.requestStop('Stopped: the system asked the run to end.'));
  }
  if (process.platform !== 'win32') {
    process.on('SIGUSR2', () => run.lookNow());
  }
  process.on('unhandledRejection', (error) => logger.error('Something went wrong unnoticed.', error));
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(1);
  },
);
