import assert from 'node:assert/strict';
import { TracksideError } from '../../../src/core/errors';
import { TASK_STATUSES } from '../../../src/core/status';
import { projectPlaces } from '../../../src/features/projects/project-paths';
import { projectRow, projectTooltip } from '../../../src/features/projects/project-row';
import { queueRow } from '../../../src/features/queues/queues-source';
import { filterQuery, filterWords, NO_FILTER } from '../../../src/features/tasks/task-filter';
import { connectionTooltip } from '../../../src/features/trees/connection-row';
import { contextValue } from '../../../src/features/trees/context-value';
import { escapeMarkdown, factSheet } from '../../../src/features/trees/markdown-text';
import { errorRow, errorTooltip } from '../../../src/features/trees/message-rows';
import { exactDuration, timeAgo, timeSince } from '../../../src/features/trees/relative-time';
import { taskIcon, taskRow, taskTooltip } from '../../../src/features/trees/task-row';
import { errorNode, isTreeNode, taskNode } from '../../../src/features/trees/tree-nodes';
import { workerRow } from '../../../src/features/workers/workers-source';
import { COMMANDS } from '../../../src/platform/command-ids';
import { taskRef } from '../../../src/core/task-ref';
import { fakeTask } from '../../fakes/memory-backend';

const NOW = Date.UTC(2026, 5, 1, 12);
const MINUTE_MS = 60_000;
const node = taskNode('local', 't');

describe('Rows', () => {
  it('carry delimited tokens of kind, status, abilities and parts', () => {
    assert.equal(
      contextValue({ kind: 'task', status: 'running', can: ['tag', 'stop'], has: ['id', 'webUrl'] }),
      ';kind=task;status=running;can=stop;can=tag;has=id;has=webUrl;',
    );
    assert.equal(contextValue({ kind: 'connection', isRemovable: true }), ';kind=connection;removable;');
    assert.equal(contextValue({ kind: 'loading' }), ';kind=loading;');
  });

  it('draw a running task with its time and iteration, and say when that stops being true', () => {
    const task = fakeTask('t', {
      status: 'running',
      startedAt: NOW - 3.5 * MINUTE_MS,
      lastIteration: 1234,
      projectName: 'Vision',
    });
    const row = taskRow(node, task, { showsProject: true }, NOW);
    assert.equal(row.label, 'task t');
    assert.equal(row.description, 'running · 3 min · iteration 1,234 · Vision');
    assert.equal(row.expiresAt, NOW + 0.5 * MINUTE_MS);
    assert.equal(row.accessibleLabel, 'Task task t, running, 3 min, iteration 1,234, Vision');
    assert.equal(row.command?.id, COMMANDS.openTask);
    assert.deepEqual(taskRef.parse(row.command.arguments[0]), { connectionId: 'local', taskId: 't' });
    assert.equal(row.subject, task);
  });

  it('draw every other state in words', () => {
    const at = { createdAt: NOW - 2 * 3_600_000, endedAt: NOW - 5 * MINUTE_MS };
    const words = (over: Parameters<typeof fakeTask>[1]): string | undefined =>
      taskRow(node, fakeTask('t', { ...at, ...over }), { showsProject: false }, NOW).description;
    assert.equal(words({ status: 'completed' }), 'completed · 5 min ago');
    assert.equal(words({ status: 'draft' }), 'draft · 2 h ago');
    assert.equal(words({ status: 'running', isStopping: true, startedAt: NOW }), 'stopping… · under 1 min');
    assert.equal(words({ status: 'stopped', isArchived: true }), 'stopped · 5 min ago · archived');
    const waiting = { prefix: 'next', waitingSince: NOW - 61_000, showsProject: false };
    const queued = taskRow(node, fakeTask('t', { status: 'queued' }), waiting, NOW);
    assert.equal(queued.description, 'next · queued · waiting 1 min');
    assert.equal(
      taskRow(node, fakeTask('t', { name: ' ' }), { showsProject: false }, NOW).label,
      '(no name)',
    );
  });

  it('tell every state by the shape of its icon alone', () => {
    const shapes = TASK_STATUSES.map((status) => taskIcon(fakeTask('t', { status })).id);
    shapes.push(taskIcon(fakeTask('t', { status: 'running', isStopping: true })).id);
    assert.equal(new Set(shapes).size, shapes.length);
  });

  it('make harmless Markdown of what comes from outside', () => {
    const nasty = '**b** [x](command:y) <img src=x> `c` $(trash)\n# h\n![i](http://e/x)';
    assert.doesNotMatch(escapeMarkdown(nasty).replace(/\\./gu, ''), /[*[\]()<>`#!$\n]/u);
    assert.equal(escapeMarkdown('a'.repeat(400)).length, 301);
    const tooltip = taskTooltip(
      fakeTask('t', { name: nasty, comment: nasty, startedAt: NOW - 200_000, endedAt: NOW - MINUTE_MS }),
      NOW,
    );
    assert.match(tooltip, /Took: 2 min 20 s/u);
    assert.match(tooltip, /Status: Completed/u);
    assert.doesNotMatch(tooltip, /\[x\]\(/u);
    assert.equal(
      factSheet('t', [
        ['a', undefined],
        ['b', ''],
      ]),
      '**t**',
    );
  });

  it("keep the server's own word and reason in the tooltip", () => {
    const tooltip = taskTooltip(
      fakeTask('t', {
        status: 'draft',
        serverStatus: 'created',
        statusReason: 'reset',
        statusMessage: 'by hand',
      }),
      NOW,
    );
    assert.match(tooltip, /Draft \\\(server\\: created\\\); reset; by hand/u);
    const repeated = fakeTask('t', { statusReason: 'Completed', statusMessage: 'completed.' });
    assert.match(taskTooltip(repeated, NOW), /Status: Completed\s*\n/u);
  });

  it('nest projects by /, also where a level has no project of its own, in natural order', () => {
    const places = projectPlaces([
      { id: '1', name: 'Vision/Run 10' },
      { id: '2', name: 'Vision/Run 9' },
      { id: '3', name: 'audio' },
      { id: '4', name: 'A/B/C' },
    ]);
    assert.deepEqual(places.get('')?.childPaths, ['A', 'audio', 'Vision']);
    assert.deepEqual(places.get('Vision')?.childPaths, ['Vision/Run 9', 'Vision/Run 10']);
    assert.deepEqual(places.get('A')?.childPaths, ['A/B']);
    assert.equal(places.get('A')?.project, undefined);
    assert.equal(places.get('A/B/C')?.name, 'C');
    assert.deepEqual(projectPlaces([]).get('')?.childPaths, []);
  });

  it('count the tasks of a project by status', () => {
    const project = { id: '1', name: 'V', taskCounts: { completed: 14, running: 2, draft: 0 } };
    const place = { path: 'V', name: 'V', project, childPaths: [] };
    assert.equal(projectRow(place).description, '2 running · 14 completed');
    assert.equal(projectRow(place).icon?.id, 'folder-active');
    assert.match(projectTooltip(place, NOW), /Tasks here and below: 16/u);
    const counted = projectRow({ ...place, project: { id: '1', name: 'V' } });
    assert.equal(counted.description, undefined);
    assert.equal(projectRow({ ...place, project: undefined }).contextValue, ';kind=project;');
  });

  it('draw queues and workers', () => {
    const queue = {
      id: 'q',
      name: 'gpu',
      isDefault: true,
      entries: [{ taskId: 't', taskName: 't' }],
      workerNames: [],
    };
    assert.equal(queueRow(queue).description, '1 waiting · no worker · default');
    assert.equal(queueRow({ ...queue, entries: [] }).description, 'empty · no worker · default');
    const unread = { ...queue, entries: [], unreadCount: 1_200 };
    assert.equal(queueRow(unread).description, '1,200 tasks not read yet · no worker · default');
    const worker = {
      id: 'w',
      name: 'host:local',
      isLocal: true,
      queueNames: ['default'],
      lastSeenAt: NOW - 5_000,
      load: { cpuPercent: 41.6, memoryUsedMb: 2_048, memoryTotalMb: 8_192 },
    };
    assert.equal(workerRow(worker, NOW).label, 'Local worker (this machine)');
    assert.equal(workerRow(worker, NOW).description, 'idle · CPU 42 % · 2.0 of 8.0 GB');
    const silent = workerRow(
      { ...worker, lastSeenAt: NOW - 10 * MINUTE_MS, task: { id: 't', name: 'net' } },
      NOW,
    );
    assert.match(silent.description ?? '', /^running net .* last seen 10 min ago$/u);
    assert.equal(silent.icon?.id, 'warning');
  });

  it('say cause and next step when something failed', () => {
    const error = new TracksideError('unauthorized', 'The key is wrong.', 'Sign in again.');
    const failed = errorNode('local', 'tasks', { kind: 'projects' });
    const row = errorRow(failed, error);
    assert.deepEqual([row.label, row.description], ['Sign in again', 'The key is wrong.']);
    assert.equal(
      errorRow(failed, error, { isStale: true }).description,
      'Not up to date · The key is wrong.',
    );
    assert.equal(row.command?.id, COMMANDS.signInAgain);
    assert.deepEqual(row.command.arguments, [failed]);
    assert.equal(
      errorRow(failed, error, { isLocal: true }).command?.id,
      COMMANDS.refresh,
      'Local makes its own keys',
    );
    const away = new TracksideError('unreachable', 'Nobody answers.', 'Start it.');
    const tryAgain = errorRow(failed, away, { isStale: true });
    assert.equal(tryAgain.command?.id, COMMANDS.refresh);
    assert.deepEqual(
      [tryAgain.label, tryAgain.description],
      ['Nobody answers.', 'Not up to date · Select to try again'],
    );
    assert.equal(row.accessibleLabel, 'Error: The key is wrong. Sign in again. Select to sign in again.');
    assert.match(errorTooltip(error), /What to do: Sign in again/u);
  });

  it('put times into words that say until when they hold', () => {
    assert.deepEqual(timeAgo(NOW - 59_000, NOW), { text: 'just now', expiresAt: NOW + 1_000 });
    assert.equal(timeAgo(NOW + 5_000, NOW).text, 'just now');
    assert.deepEqual(timeAgo(NOW - 90_000, NOW), { text: '1 min ago', expiresAt: NOW + 30_000 });
    assert.equal(timeAgo(NOW - 5 * 3_600_000, NOW).text, '5 h ago');
    assert.equal(timeAgo(NOW - 26 * 3_600_000, NOW).text, '1 day ago');
    assert.match(timeAgo(NOW - 90 * 86_400_000, NOW).text, /^2026-03-0\d$/u);
    assert.equal(timeAgo(Number.NaN, NOW).text.includes('NaN'), false);
    assert.equal(timeSince(NOW - 30_000, NOW).text, 'under 1 min');
    assert.equal(timeSince(NOW - 3_900_000, NOW).text, '1 h 5 min');
    assert.deepEqual([45_000, 200_000, 7_500_000, 180_000].map(exactDuration), [
      '45 s',
      '3 min 20 s',
      '2 h 5 min',
      '3 min',
    ]);
  });

  it('turn a filter into a query and into words', () => {
    assert.deepEqual(filterQuery(NO_FILTER), { order: 'newest', isArchived: false, omitsApart: true });
    const live = filterQuery({ ...NO_FILTER, statuses: ['running', 'queued'] });
    assert.equal(live.omitsApart, undefined, 'a running pipeline is among what runs');
    assert.equal(filterQuery({ ...NO_FILTER, text: '4f2a' }).omitsApart, undefined, 'whoever searches finds');
    assert.equal(filterQuery({ ...NO_FILTER, statuses: ['failed'], tags: ['x'] }).omitsApart, true);
    const filter = {
      statuses: ['running' as const, 'failed' as const],
      text: ' net ',
      tags: ['x'],
      isArchived: true,
    };
    assert.deepEqual(filterQuery(filter), {
      order: 'newest',
      isArchived: true,
      statuses: ['running', 'failed'],
      text: 'net',
      tags: ['x'],
    });
    assert.deepEqual(filterWords(filter), ['running or failed', 'text “net”', 'tagged x', 'archived']);
  });

  it('tell of a connection what its server does not offer, and why', () => {
    const info = { id: 'c', kind: 'ai-manager', label: 'Lab', isLocal: false } as const;
    const limits = [
      { name: 'queues', isAvailable: false, reason: 'It has none' },
      { name: 'webPages', isAvailable: false },
      { name: 'live', isAvailable: true, reason: 'Asked every <b>5 s</b>' },
    ];
    const state = {
      kind: 'open',
      product: 'AI Manager 1',
      user: 'ada',
      limits,
      foundAt: new Date(2026, 10, 3, 9, 5, 7).getTime(),
    } as const;
    assert.deepEqual(connectionTooltip(info, state).split('  \n'), [
      '**Lab**',
      'Server: AI Manager 1',
      'Signed in as: ada',
      'Live updates: Asked every \\<b\\>5 s\\</b\\>',
      'No queues: It has none',
      'No web pages: not offered',
      'Found out: 2026\\-11\\-03 09\\:05\\:07',
    ]);
  });

  it('recognise their own nodes', () => {
    assert.equal(isTreeNode(node), true);
    for (const value of [
      undefined,
      null,
      'x',
      {},
      { kind: 'task' },
      { kind: 'other', id: 'x', connectionId: 'y' },
    ]) {
      assert.equal(isTreeNode(value), false);
    }
  });
});
