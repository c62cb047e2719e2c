import * as z from 'zod';
import type { Disposable } from '../core/disposable';
import type { Event } from '../core/emitter';
import type { Settings } from './contract';

/** What of VS Code's configuration the settings need: one section, read afresh each time, which takes its time. */
export interface ConfigurationSource {
  readonly onDidChange: Event<void>;
  /** `value` is what applies at `scopePath`; `defaultValue` is what package.json declares. */
  read(key: string, scopePath?: string): { readonly value: unknown; readonly defaultValue: unknown };
}

const text = z.string();
const texts = z.array(z.string());
const flag = z.boolean();
const endings = z.enum(['never', 'failures', 'all']);
const whole = z.number().int();
const requests = whole.min(1).max(600);
const concurrency = whole.min(0).max(64);
const graceSeconds = z.number().min(0).max(600);

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
  const read = <T>(schema: z.ZodType<T>, key: string, scopePath?: string): T => {
    const { value, defaultValue } = source.read(key, scopePath);
    const checked = schema.safeParse(value);
    if (checked.success) {
      return checked.data;
    }
    const problem = `The setting trackside.${key} is ignored: ${z.prettifyError(checked.error)}`;
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
