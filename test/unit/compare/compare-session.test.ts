import assert from 'node:assert/strict';
import { Emitter } from '../../../src/core/emitter';
import { TracksideError } from '../../../src/core/errors';
import { silentLogger } from '../../../src/core/logger';
import { runKey, type TaskRef } from '../../../src/core/task-ref';
import {
  contentOfWire,
  hostMessage,
  type HostMessage,
  type RunState,
} from '../../../src/features/compare/compare-contract';
import { CompareSession, type CompareDeeds } from '../../../src/features/compare/compare-session';
import { DrawnRuns } from '../../../src/features/metrics/drawn-runs';
import { RunLooksMemory } from '../../../src/features/metrics/run-looks-memory';
import type { Connections } from '../../../src/store/contract';
import { fixedConnections, memorySession, type MemorySession } from '../../fakes/memory-session';
import { settle } from '../../fakes/manual-clock';
import { memoryState } from '../metrics/memory-views';
import { ComparedServer, details } from './compare-server';

class Comparison {
  readonly states = new Map<string, RunState>();
  readonly opened: HostMessage[] = [];
  /** What the page was told last. */
  looks: readonly number[] = [];
  readonly asked: string[] = [];
  pointed: readonly string[] = [];
  readonly drawn: DrawnRuns;
  readonly session: CompareSession;

  constructor(
    readonly refs: readonly TaskRef[],
    connections: Connections,
    clock: MemorySession['clock'],
    looks = new RunLooksMemory(memoryState(), clock),
  ) {
    const note = (words: string): Promise<void> => {
      this.asked.push(words);
      return Promise.resolve();
    };
    const name = (ref: TaskRef | undefined): string => ref?.taskId ?? '-';
    const deeds: CompareDeeds = {
      openText: (text, ref, base) => note(`${text.kind} ${name(base)} ${name(ref)}`),
      openConsole: (ref, base) => note(`console ${name(base)} ${name(ref)}`),
      openTask: (ref) => note(`task ${name(ref)}`),
      showCurves: (all) => note(`curves ${all.map(name).join(' ')}`),
      copy: (text) => note(`copy ${text}`),
      saveReport: (text) => note(`report ${text}`),
      pointAt: (all) => (this.pointed = all.map(name)),
      savePicture: (fileName, bytes) => note(`picture ${fileName} ${bytes.byteLength}`),
    };
    this.drawn = new DrawnRuns(looks);
    this.session = new CompareSession({
      refs,
      connections,
      looks,
      drawn: this.drawn,
      clock,
      logger: silentLogger,
      deeds,
      post: (message) => this.take(message),
    });
  }

  state(taskId: string, connectionId = 'local'): RunState | undefined {
    return this.states.get(runKey({ connectionId, taskId }));
  }

  parameter(taskId: string): string | undefined {
    const state = this.state(taskId);
    return state?.phase === 'ready' ? state.content.parameters?.[0]?.value : undefined;
  }

  /** As it goes through JSON to the page, which checks it. */
  private take(message: HostMessage): void {
    const sent = hostMessage.parse(JSON.parse(JSON.stringify(message)));
    if (sent.type === 'run') {
      this.states.set(sent.key, sent.state);
      return;
    }
    this.looks = sent.looks;
    if (sent.type === 'open') {
      this.opened.push(sent);
    }
  }
}

describe('the host side of a comparison', () => {
  const open: { dispose(): void }[] = [];

  afterEach(() => {
    open.splice(0).forEach((each) => each.dispose());
  });

  function serve(id: string, label = id): MemorySession & { readonly server: ComparedServer } {
    const server = new ComparedServer(true);
    const made = memorySession({ info: { id, label }, backend: server });
    open.push(made.session);
    return { ...made, server };
  }

  function compare(connections: Connections, clock: MemorySession['clock'], ...refs: TaskRef[]): Comparison {
    const made = new Comparison(refs, connections, clock);
    open.unshift(made.session);
    return made;
  }

  it('reads runs of several connections, and says of each what went wrong', async () => {
    const [here, there, third] = [serve('local'), serve('team'), serve('third')];
    here.server.run('a', { lr: '0.1' }, { loss: 0.5 });
    there.server.run('b', { lr: '0.2' }, { loss: NaN });
    third.server.failure = new TracksideError('unreachable', 'third cannot be reached.', 'Check it.');
    const connections = fixedConnections(here.session, there.session, third.session);
    const shown = compare(
      connections,
      here.clock,
      { connectionId: 'local', taskId: 'a' },
      { connectionId: 'team', taskId: 'b' },
      { connectionId: 'team', taskId: 'gone' },
      { connectionId: 'third', taskId: 'c' },
      { connectionId: 'left', taskId: 'd' },
    );
    assert.equal(shown.state('a')?.phase, 'reading');
    shown.session.setVisible(true);
    await settle();
    assert.equal(shown.parameter('a'), '0.1');
    const there2 = shown.state('b', 'team');
    assert.ok(there2?.phase === 'ready');
    const { metrics, facts } = contentOfWire(there2.content);
    assert.deepEqual(metrics, [{ metric: 'loss', variant: 'loss', last: NaN, min: NaN, max: NaN }]);
    assert.ok(facts.some(({ name, value }) => name === 'Connection' && value === 'team'));
    const said = (id: string, connection: string): string => {
      const state = shown.state(id, connection);
      return state?.phase === 'failed' ? state.failure.message : '';
    };
    assert.equal(said('gone', 'team'), 'This task does not exist any more.');
    assert.equal(said('c', 'third'), 'third cannot be reached.');
    assert.match(said('d', 'left'), /“left” of this run is not known/u);
  });

  it('asks for nothing while hidden, nor for runs that have ended, and reads live ones again', async () => {
    const { server, session, clock } = serve('local');
    server.run('a', { lr: '0.1' });
    server.run('b', { lr: '0.2' }, {}, { status: 'running' });
    const refs = ['a', 'b'].map((taskId) => ({ connectionId: 'local', taskId }));
    const shown = compare(fixedConnections(session), clock, ...refs);
    await settle();
    assert.equal(server.calls.length, 0);
    shown.session.setVisible(true);
    await settle();
    const first = server.calls.length;
    await clock.advance(70_000);
    const again: readonly string[] = server.calls.slice(first);
    assert.ok(again.includes('getTasks b') && again.includes('series b'), again.join());
    assert.ok(!again.some((call) => call.endsWith(' a')));
    shown.session.setVisible(false);
    const hidden = server.calls.length;
    await clock.advance(600_000);
    assert.equal(server.calls.length, hidden);
    server.change('b', { status: 'completed' });
    shown.session.setVisible(true);
    await settle();
    await clock.advance(600_000);
    const state = shown.state('b');
    assert.ok(state?.phase === 'ready' && state.content.status === 'completed');
    const ended = server.calls.length;
    await clock.advance(600_000);
    assert.equal(server.calls.length, ended);
  });

  it('keeps what it has when a run cannot be read again, says so, and tries again', async () => {
    const { server, session, clock } = serve('local');
    server.run('a', { lr: '0.1' }, {}, { status: 'running' });
    const shown = compare(fixedConnections(session), clock, { connectionId: 'local', taskId: 'a' });
    shown.session.setVisible(true);
    await settle();
    server.failure = new TracksideError('unreachable', 'Gone for now.', '');
    await clock.advance(70_000);
    const stale = shown.state('a');
    assert.ok(stale?.phase === 'ready' && stale.staleReason === 'Gone for now.');
    server.failure = undefined;
    server.broken.set('a', new TracksideError('server', 'Broken.', 'Try again.'));
    server.change('a', { status: 'completed' });
    await session.store.refresh({ kind: 'task', id: 'a' });
    await settle();
    const ended = shown.state('a');
    assert.ok(ended?.phase === 'ready' && ended.content.status === 'completed');
    assert.notEqual(ended.staleReason, null, 'a new status makes what was not read again no fresher');
    server.broken.clear();
    shown.session.receive({ type: 'retry' });
    await settle();
    const fresh = shown.state('a');
    assert.ok(fresh?.phase === 'ready' && fresh.staleReason === null);
  });

  it('reads one run after the failure of another, and the failed one when asked to', async () => {
    const { server, session, clock } = serve('local');
    server.run('a', { lr: '0.1' });
    server.run('b', { lr: '0.2' });
    server.broken.set('a', new TracksideError('server', 'Broken.', 'Try again.'));
    const refs = ['a', 'b'].map((taskId) => ({ connectionId: 'local', taskId }));
    const shown = compare(fixedConnections(session), clock, ...refs);
    shown.session.setVisible(true);
    await settle();
    assert.equal(shown.state('a')?.phase, 'failed');
    assert.equal(shown.parameter('b'), '0.2');
    server.broken.clear();
    shown.session.receive({ type: 'retry' });
    await settle();
    assert.equal(shown.parameter('a'), '0.1');
    assert.equal(server.count('details b'), 1);
  });

  it('reads again what a push is about', async () => {
    const { server, session, clock } = serve('local');
    server.run('a', { lr: '0.1' });
    server.run('b', { lr: '0.2' });
    const refs = ['a', 'b'].map((taskId) => ({ connectionId: 'local', taskId }));
    const shown = compare(fixedConnections(session), clock, ...refs);
    shown.session.setVisible(true);
    await settle();
    server.run('a', { lr: '0.3' });
    server.subscriber?.change({ kind: 'task', ids: ['a'] });
    await clock.advance(3_000);
    assert.equal(shown.parameter('a'), '0.3');
    assert.equal(server.count('details b'), 1);
  });

  it('begins when a connection becomes known', async () => {
    const { server, session, clock } = serve('local');
    server.run('a', { lr: '0.1' });
    const changed = new Emitter<void>();
    let isKnown = false;
    const fixed = fixedConnections(session);
    const connections: Connections = {
      ...fixed,
      onDidChange: changed.event,
      get: (id) => (isKnown ? fixed.get(id) : undefined),
    };
    const shown = compare(connections, clock, { connectionId: 'local', taskId: 'a' });
    shown.session.setVisible(true);
    await settle();
    assert.equal(shown.state('a')?.phase, 'failed');
    isKnown = true;
    changed.fire();
    await settle();
    assert.equal(shown.parameter('a'), '0.1');
  });

  it('tells texts apart by a digest, and a cut value by what was cut', async () => {
    const { server, session, clock } = serve('local');
    const long = 'x'.repeat(20_000);
    for (const [id, end] of [
      ['a', '1'],
      ['b', '2'],
    ] as const) {
      server.run(id, { list: long + end });
      const known = server.made.get(id) ?? details();
      const configurations = [{ name: 'model', text: `layers: ${end}\n` }];
      server.made.set(id, { ...known, packages: 'numpy==1.0\n', configurations });
    }
    const refs = ['a', 'b'].map((taskId) => ({ connectionId: 'local', taskId }));
    const shown = compare(fixedConnections(session), clock, ...refs);
    shown.session.setVisible(true);
    await settle();
    const texts = (id: string): Record<string, string> => {
      const state = shown.state(id);
      const listed = state?.phase === 'ready' ? (state.content.texts ?? []) : [];
      return Object.fromEntries(listed.map(({ kind, digest }) => [kind, digest]));
    };
    assert.equal(texts('a')['packages'], texts('b')['packages']);
    assert.notEqual(texts('a')['configuration'], texts('b')['configuration']);
    assert.notEqual(shown.parameter('a'), shown.parameter('b'));
    assert.ok((shown.parameter('a') ?? '').length < 9_000);
  });

  it('gives a run the look it has beside others, in whatever panel, and after a reload', async () => {
    const { session, clock } = serve('local');
    const connections = fixedConnections(session);
    const refs = ['a', 'b', 'c', 'd'].map((taskId) => ({ connectionId: 'local', taskId }));
    const keys = refs.map(runKey);
    const [a = '', b = '', c = '', d = ''] = keys;
    const state = memoryState();
    const looks = new RunLooksMemory(state, clock);
    const inRunsPanel = looks.looksOf([d, b]);
    const open = (memory: RunLooksMemory): Comparison => {
      const shown = new Comparison(refs, connections, clock, memory);
      shown.session.receive({ type: 'ready' });
      return shown;
    };
    const shown = open(looks);
    const lookOf = (run: string): number | undefined => shown.looks[keys.indexOf(run)];
    assert.deepEqual([lookOf(d), lookOf(b)], [inRunsPanel.get(d), inRunsPanel.get(b)]);
    assert.equal(new Set(shown.looks).size, 4);
    assert.deepEqual([...looks.looksOf([c, a]).values()], [lookOf(c), lookOf(a)]);
    looks.choose(a, 20);
    assert.equal(lookOf(a), 20);
    await clock.advance(1_000);
    const again = open(new RunLooksMemory(state, clock));
    assert.deepEqual(again.looks, shown.looks);
    shown.session.dispose();
    const drawnLooks = (): number[] => [...again.drawn.runs().values()].map(({ look }) => look);
    assert.deepEqual(drawnLooks(), again.looks);
    again.session.dispose();
    assert.deepEqual(drawnLooks(), []);
  });

  it('does for the page what the contract allows, on the runs it names', () => {
    const { session, clock } = serve('local');
    const refs = ['a', 'b'].map((taskId) => ({ connectionId: 'local', taskId }));
    const shown = compare(fixedConnections(session), clock, ...refs);
    const [a, b] = refs.map(runKey);
    shown.session.receive({ type: 'text', text: { kind: 'packages', name: '' }, base: a, key: b });
    shown.session.receive({ type: 'console', base: null, key: b });
    shown.session.receive({ type: 'console', base: null, key: 'stranger' });
    shown.session.receive({ type: 'curves', keys: [b, 'stranger', a] });
    shown.session.receive({ type: 'pointAt', runs: [b, 'stranger'] });
    assert.deepEqual(shown.pointed, ['b']);
    shown.session.receive({ type: 'format disk' });
    assert.deepEqual(shown.asked, ['packages a b', 'console - b', 'curves b a']);
  });
});
