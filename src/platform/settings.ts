import * as z from 'zod/mini';
import type { Disposable } from '../core/disposable';
import type { Event } from '../core/emitter';
import type { Settings } from './contract';

/** What of VS Code's configuration the settings need: one section, read afresh each time, which takes its time. */
export interface ConfigurationSource {
  readonly onDidChange: Event<void>;
  /** `value` is what applies at `scopePath`; `defaultValue` is what package.json declares. */
  read(key: string, scopePath?: string): { readonly value: unknown; readonly defaultValue: unknown };
}

const text = z.string('It must be a text.');
const texts = z.array(text, 'It must be a list of texts.');
const flag = z.boolean('It must be true or false.');
const endings = z.enum(['never', 'failures', 'all'], 'It must be never, failures or all.');
const requests = wholeBetween(1, 600);
const concurrency = wholeBetween(0, 64);
const graceSeconds = between(z.number, 0, 600, 'number');

function wholeBetween(least: number, most: number): z.ZodMiniType<number> {
  return between(z.int, least, most, 'whole number');
}

/** Says the same of everything that does not fit. */
function between(
  make: (error: string) => z.ZodMiniNumber,
  least: number,
  most: number,
  what: string,
): z.ZodMiniType<number> {
  const error = `It must be a ${what} from ${least} to ${most}.`;
  return make(error).check(z.gte(least, error), z.lte(most, error));
}

/** The caller disposes it. */
export interface OwnedSettings extends Settings, Disposable {}

/**
 * Checked settings: a value of the wrong type or out of range counts as its default, and `warn` says so once. The
 * budget of requests is asked for several times per push, so it is kept until a setting changes.
 */
export function createSettings(source: ConfigurationSource, warn: (message: string) => void): OwnedSettings {
  let requestsPerMinute: number | undefined;
  const forgetting = source.onDidChange(() => {
    requestsPerMinute = undefined;
  });
  const warned = new Set<string>();
  const read = <T>(schema: z.ZodMiniType<T>, key: string, scopePath?: string): T => {
    const { value, defaultValue } = source.read(key, scopePath);
    const checked = schema.safeParse(value);
    if (checked.success) {
      return checked.data;
    }
    const problem = `The setting trackside.${key} is ignored: ${checked.error.issues[0]?.message ?? ''}`;
    if (!warned.has(problem)) {
      warned.add(problem);
      warn(problem);
    }
    return schema.parse(defaultValue);
  };
  return {
    onDidChange: source.onDidChange,
    requestsPerMinute: () => (requestsPerMinute ??= read(requests, 'refresh.requestsPerMinute')),
    certificateAuthorityFile: () => read(text, 'tls.certificateAuthorityFile').trim() || undefined,
    localWorkerConcurrentTasks: () => read(concurrency, 'localWorker.concurrentTasks'),
    localWorkerStopGraceMs: () => Math.round(read(graceSeconds, 'localWorker.stopGraceSeconds') * 1000),
    pythonInterpreter: () => read(text, 'python.interpreter').trim() || undefined,
    isMetricCaptureOn: (scopePath) => read(flag, 'metrics.captureFromConsole', scopePath),
    metricPatterns: (scopePath) => read(texts, 'metrics.patterns', scopePath),
    launchProject: (scopePath) => read(text, 'launch.project', scopePath).trim() || undefined,
    opensPanelOnLaunch: () => read(flag, 'launch.opensPanel'),
    notifications: () => read(endings, 'notifications'),
    dispose: () => forgetting.dispose(),
  };
}
