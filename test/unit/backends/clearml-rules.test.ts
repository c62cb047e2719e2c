import assert from 'node:assert/strict';
import { allowedActions } from '../../../src/backends/clearml/allowed-actions';
import { hyperparametersOf, projectPath } from '../../../src/backends/clearml/launch';
import { epochMs, isReadOnly } from '../../../src/backends/clearml/map';
import { statusOf, wordsOf } from '../../../src/backends/clearml/statuses';
import { escapePattern } from '../../../src/backends/clearml/task-query';
import { apiHintOf, taskPageUrl, webBaseOf } from '../../../src/backends/clearml/web-url';
import { copyName } from '../../../src/core/copy-name';

/** Which commands the real server accepts from which state (`force` left aside). */
const LEGAL: Readonly<Record<string, readonly string[]>> = {
  enqueue: ['created', 'queued', 'stopped', 'failed'],
  dequeue: [
    'created',
    'queued',
    'in_progress',
    'stopped',
    'closed',
    'failed',
    'completed',
    'publishing',
    'published',
  ],
  stop: ['queued', 'in_progress', 'stopped', 'closed', 'failed'],
  reset: ['created', 'queued', 'in_progress', 'stopped', 'closed', 'failed', 'completed'],
  publish: ['stopped', 'closed', 'failed', 'completed', 'publishing'],
  requeue: ['queued'],
  complete: ['in_progress', 'stopped', 'completed'],
  fail: ['in_progress', 'stopped', 'closed', 'failed'],
};
const WORDS = [
  'created',
  'queued',
  'in_progress',
  'stopped',
  'closed',
  'failed',
  'completed',
  'publishing',
  'published',
];

describe('ClearML rules', () => {
  it('offers nothing that the server would refuse', () => {
    for (const status of WORDS) {
      for (const isArchived of [false, true]) {
        const offered = allowedActions({ status, isArchived, isReadOnly: false }, '2.34');
        for (const [action, from] of Object.entries(LEGAL)) {
          assert.ok(
            !offered.some((name) => name === action) || from.includes(status),
            `${action} from ${status}`,
          );
        }
        assert.equal(offered.includes('delete'), status === 'created' || (isArchived && !isBusy(status)));
        assert.equal(offered.includes('unarchive'), isArchived);
        assert.equal(offered.includes('archive'), !isArchived && !isBusy(status));
        assert.equal(offered.includes('dequeue'), status === 'queued');
        assert.ok(offered.includes('clone'));
        assert.deepEqual(allowedActions({ status, isArchived, isReadOnly: true }, '2.34'), ['clone']);
      }
    }
  });

  it('knows every word of the server and calls others unknown', () => {
    assert.deepEqual(WORDS.map(statusOf), [
      'draft',
      'queued',
      'running',
      'stopped',
      'completed',
      'failed',
      'completed',
      'published',
      'published',
    ]);
    assert.equal(statusOf('constructor'), 'unknown');
    assert.deepEqual(wordsOf(['completed']).sort(), ['closed', 'completed']);
    assert.deepEqual(wordsOf(['blocked']), []);
  });

  it('tells public examples from own tasks', () => {
    for (const company of [{}, '', { id: '' }, { id: null }]) {
      assert.equal(isReadOnly(company), true, JSON.stringify(company));
    }
    for (const company of [undefined, null, 'c', { id: 'c' }]) {
      assert.equal(isReadOnly(company), false, JSON.stringify(company));
    }
  });

  it('reads dates with and without offset as UTC', () => {
    const at = Date.UTC(2026, 10, 20, 22, 6, 26, 645);
    for (const text of [
      '2026-11-20T22:06:26.645000+00:00',
      '2026-11-20T22:06:26.645000',
      '2026-11-20 22:06:26.645Z',
      '2026-11-20T23:06:26.645+01:00',
    ]) {
      assert.equal(epochMs(text), at, text);
    }
    assert.equal(epochMs('yesterday'), undefined);
    assert.equal(epochMs(''), undefined);
  });

  it('finds the web application and the API', () => {
    assert.equal(webBaseOf('https://api.clear.ml'), 'https://app.clear.ml');
    assert.equal(webBaseOf('http://box:8008'), 'http://box:8080');
    assert.equal(webBaseOf('https://clearml.example.com/api'), 'https://clearml.example.com');
    assert.equal(webBaseOf('http://127.0.0.1:41234'), undefined);
    assert.equal(apiHintOf(new URL('https://app.clear.ml/projects')), 'https://api.clear.ml');
    assert.equal(apiHintOf(new URL('http://box:8080')), 'http://box:8008');
    assert.equal(apiHintOf(new URL('https://box')), undefined);
    assert.equal(taskPageUrl('https://w', '2.31', 'p', 't'), 'https://w/projects/p/tasks/t/output/execution');
    assert.equal(
      taskPageUrl('https://w', '2.30', undefined, 't'),
      'https://w/projects/*/experiments/t/output/execution',
    );
  });

  it('names copies', () => {
    assert.equal(copyName('run'), 'run (copy)');
    assert.equal(copyName('run (copy)'), 'run (copy 2)');
    assert.equal(copyName('run (copy 9)'), 'run (copy 10)');
  });

  it('makes project names that the server takes', () => {
    assert.equal(projectPath('Vision / Detection/'), 'Vision/Detection');
    assert.equal(projectPath('a/ml'), 'a/ml project');
    assert.equal(projectPath(''), 'project');
  });

  it('turns options into hyperparameters', () => {
    const values = (args: readonly string[]): Record<string, string> =>
      Object.fromEntries(Object.entries(hyperparametersOf(args)).map(([name, { value }]) => [name, value]));
    assert.deepEqual(
      values(['--lr', '-0.1', '--batch-size=8', '--fast', '--note', 'a b', 'data.csv', '-v']),
      {
        lr: '-0.1',
        batch_size: '8',
        fast: 'True',
        note: 'a b',
      },
    );
  });

  it('searches for exactly what was typed', () => {
    const text = 'a.b*(c)[d]{1}|^$\\+?';
    assert.ok(new RegExp(`^${escapePattern(text)}$`, 'u').test(text));
  });
});

function isBusy(status: string): boolean {
  return status === 'queued' || status === 'in_progress' || status === 'publishing';
}
