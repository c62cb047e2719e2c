import path from 'node:path';
import { clientVariables } from '../backends/clearml/client-variables-wire';
import type { Logger } from '../core/logger';
import { processOptions, standaloneOptions, type ProcessOptions } from './process-options';
import { streamLogger } from './stream-logger';
import { DataDirInUse, TrackerProcess } from './tracker-process';

/** What the process says about its start, as one line of JSON on standard output. */
type StartReport =
  | { readonly state: 'ready'; readonly url: string; readonly port: number; readonly pid: number }
  | { readonly state: 'inUse' }
  | { readonly state: 'failed'; readonly message: string };

async function main(): Promise<void> {
  // Everything the tracker writes is this user's alone.
  process.umask(0o077);
  // Who started the process may be gone before the tracker is; nobody to read is no reason to end.
  process.stdout.on('error', () => undefined);
  process.stderr.on('error', () => undefined);
  const logger = streamLogger((line) => void process.stderr.write(line));
  const isStandalone = process.argv.includes('--standalone');
  try {
    const options = isStandalone
      ? standaloneOptions(process.argv.slice(2), process.env)
      : await inputOptions();
    const tracker = await TrackerProcess.start(options, path.dirname(__filename), logger);
    endOnSignals(tracker, logger);
    const { url, port, pid } = tracker.identity;
    say(isStandalone ? standaloneReport(url, options) : { state: 'ready', url, port, pid });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (isStandalone) {
      process.stderr.write(`${message}\n`);
    } else {
      say(error instanceof DataDirInUse ? { state: 'inUse' } : { state: 'failed', message });
    }
    process.exitCode = 1;
  }
}

/** Reads the options from standard input; see {@link processOptions}. */
async function inputOptions(): Promise<ProcessOptions> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of process.stdin) {
    chunks.push(Buffer.from(chunk));
  }
  return processOptions.parse(JSON.parse(Buffer.concat(chunks).toString('utf8')));
}

function endOnSignals(tracker: TrackerProcess, logger: Logger): void {
  const end = (signal: NodeJS.Signals): void => {
    tracker.shutDown(`Got ${signal}.`).then(
      () => process.exit(0),
      (error: unknown) => {
        logger.error('Could not end properly', error);
        process.exit(1);
      },
    );
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    process.on(signal, end);
  }
}

function standaloneReport(url: string, { accessKey, secretKey }: ProcessOptions): object {
  return { url, accessKey, secretKey, environment: clientVariables(url, { accessKey, secretKey }) };
}

function say(report: StartReport | object): void {
  process.stdout.write(`${JSON.stringify(report)}\n`);
}

void main();
