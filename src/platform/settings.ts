import * as z from 'zod';
import type { Event } from '../core/emitter';
import type { Settings } from './contract';

/** What of VS Code's configuration the settings need: one section, read afresh each time. */
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

/** Checked settings: a value of the wrong type or out of range counts as its default, and `warn` says so once. */
export function createSettings(source: ConfigurationSource, warn: (message: string) => void): Settings {
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
    requestsPerMinute: () => read(whole.min(1).max(600), 'refresh.requestsPerMinute'),
    certificateAuthorityFile: () => read(text, 'tls.certificateAuthorityFile').trim() || undefined,
    localWorkerConcurrentTasks: () => read(whole.min(0).max(64), 'localWorker.concurrentTasks'),
    localWorkerStopGraceMs: () =>
      Math.round(read(z.number().min(0).max(600), 'localWorker.stopGraceSeconds') * 1000),
    pythonInterpreter: () => read(text, 'python.interpreter').trim() || undefined,
    isMetricCaptureOn: (scopePath) => read(flag, 'metrics.captureFromConsole', scopePath),
    metricPatterns: (scopePath) => read(texts, 'metrics.patterns', scopePath),
    launchProject: (scopePath) => read(text, 'launch.project', scopePath).trim() || undefined,
    opensPanelOnLaunch: () => read(flag, 'launch.opensPanel'),
    notifications: () => read(endings, 'notifications'),
  };
}
