import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { Redactor } from '../../../src/client/redaction';
import { TracksideError } from '../../../src/core/errors';
import { commandTitle } from '../../../src/platform/command-title';
import { failureText } from '../../../src/platform/failure-text';
import { createLogger } from '../../../src/platform/logger';
import { MessageLimiter } from '../../../src/platform/message-limiter';
import { protect } from '../../../src/platform/redaction';
import { Emitter } from '../../../src/core/emitter';
import { createSettings } from '../../../src/platform/settings';
import { createStateStorage } from '../../../src/platform/state-storage';
import { silentLogger } from '../../../src/core/logger';

const manifest: unknown = JSON.parse(readFileSync('package.json', 'utf8'));
const properties = z
  .object({
    contributes: z.object({
      configuration: z.object({ properties: z.record(z.string(), z.object({ default: z.unknown() })) }),
    }),
  })
  .parse(manifest).contributes.configuration.properties;

class MapMemento {
  constructor(private readonly values: Map<string, unknown>) {}

  get<T>(key: string, defaultValue?: T): T | undefined;
  get(key: string, defaultValue?: unknown): unknown {
    return this.values.get(key) ?? defaultValue;
  }

  update(key: string, value: unknown): Promise<void> {
    this.values.set(key, value);
    return Promise.resolve();
  }
}

describe('settings', () => {
  const create = (values: Readonly<Record<string, unknown>>) => {
    const warnings: string[] = [];
    const settings = createSettings(
      {
        onDidChange: () => ({ dispose: () => undefined }),
        read: (key) => {
          const defaultValue = properties[`trackside.${key}`]?.default;
          return { value: key in values ? values[key] : defaultValue, defaultValue };
        },
      },
      (warning) => warnings.push(warning),
    );
    return { settings, warnings };
  };

  it('takes every default from the manifest', () => {
    const { settings, warnings } = create({});
    assert.equal(settings.requestsPerMinute(), 20);
    assert.equal(settings.localWorkerConcurrentTasks(), 1);
    assert.equal(settings.localWorkerStopGraceMs(), 10_000);
    assert.equal(settings.pythonInterpreter(), undefined);
    assert.equal(settings.isMetricCaptureOn(), true);
    assert.deepEqual(settings.metricPatterns(), []);
    assert.equal(settings.launchProject(), undefined);
    assert.equal(settings.opensPanelOnLaunch(), true);
    assert.deepEqual(warnings, []);
  });

  it('asks for the budget of requests once, and again after a change', () => {
    const change = new Emitter<void>();
    let budget = 30;
    let reads = 0;
    const settings = createSettings(
      {
        onDidChange: change.event,
        read: () => {
          reads += 1;
          return { value: budget, defaultValue: 20 };
        },
      },
      () => undefined,
    );
    assert.deepEqual([settings.requestsPerMinute(), settings.requestsPerMinute(), reads], [30, 30, 1]);
    budget = 60;
    change.fire();
    assert.deepEqual([settings.requestsPerMinute(), reads], [60, 2]);
    settings.dispose();
    budget = 90;
    change.fire();
    assert.equal(settings.requestsPerMinute(), 60);
  });

  it('reads what people set', () => {
    const { settings } = create({
      'python.interpreter': ' /usr/bin/python3 ',
      'localWorker.stopGraceSeconds': 0.5,
      'launch.project': '  ',
    });
    assert.equal(settings.pythonInterpreter(), '/usr/bin/python3');
    assert.equal(settings.localWorkerStopGraceMs(), 500);
    assert.equal(settings.launchProject(), undefined);
  });

  it('ignores what cannot be, and says so once', () => {
    const { settings, warnings } = create({
      'refresh.requestsPerMinute': 'many',
      'localWorker.concurrentTasks': -3,
      'metrics.patterns': [1],
    });
    assert.equal(settings.requestsPerMinute(), 20);
    assert.equal(settings.requestsPerMinute(), 20);
    assert.equal(settings.localWorkerConcurrentTasks(), 1);
    assert.deepEqual(settings.metricPatterns(), []);
    assert.equal(warnings.length, 3);
    assert.match(
      warnings[0] ?? '',
      /trackside\.refresh\.requestsPerMinute is ignored: It must be a whole number from 1 to 600\./,
    );
  });
});

describe('logger', () => {
  it('shows no secret that went through the secret storage, in no level and no cause', () => {
    const lines: string[] = [];
    const write = (line: string): void => void lines.push(line);
    const channel = { trace: write, debug: write, info: write, warn: write, error: write };
    const redactor = new Redactor();
    const logger = createLogger(channel, redactor);
    protect(redactor, JSON.stringify({ accessKey: 'ACCESSCANARY', secretKey: 'secret-canary"é' }));
    const child = logger.child('clearml');
    child.info('with ACCESSCANARY');
    child.error('failed', new Error('said secret-canary"é', { cause: new Error('ACCESSCANARY') }));
    logger.warn(`as base64 ${Buffer.from('secret-canary"é').toString('base64')}`);
    logger.debug(`in an address https://x/?k=${encodeURIComponent('secret-canary"é')}`);
    logger.trace('harmless');
    const text = lines.join('\n');
    assert.doesNotMatch(text, /canary/i);
    assert.match(text, /^\[clearml\] with /);
    assert.match(text, /harmless$/);
  });
});

describe('messages', () => {
  it('say what was tried, what happened and what to do', () => {
    const error = new TracksideError('notFound', 'No Python 3 was found.', 'Install it.');
    assert.equal(failureText(error, 'Launch'), 'Launch: No Python 3 was found. Install it.');
    assert.equal(failureText(new TracksideError('server', 'It broke.', ''), 'Stop'), 'Stop: It broke.');
  });

  it('come once a minute at most', () => {
    let now = 0;
    const limiter = new MessageLimiter({ now: () => now });
    assert.equal(limiter.admits('a'), true);
    assert.equal(limiter.admits('b'), true);
    now = 59_999;
    assert.equal(limiter.admits('a'), false);
    now = 60_000;
    assert.equal(limiter.admits('a'), true);
  });

  it('name commands as the palette does', () => {
    assert.equal(commandTitle(manifest, 'trackside.task.delete'), 'Delete');
    assert.equal(commandTitle(manifest, 'trackside.unknown'), 'trackside.unknown');
    assert.equal(commandTitle(undefined, 'trackside.task.stop'), 'trackside.task.stop');
  });
});

describe('state storage', () => {
  it('counts what is not understood as absent', async () => {
    const values = new Map<string, unknown>([['n', 'not a number']]);
    const memento = new MapMemento(values);
    const state = createStateStorage(memento, silentLogger);
    const number = (value: unknown): number => z.number().parse(value);
    assert.equal(state.get('n', number), undefined);
    assert.equal(state.get('absent', number), undefined);
    await state.set('n', 3);
    assert.equal(state.get('n', number), 3);
  });
});
