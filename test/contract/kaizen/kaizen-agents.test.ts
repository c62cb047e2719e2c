import assert from 'node:assert/strict';
import type { KaizenBackend } from '../../../src/backends/kaizen/kaizen-backend';
import { silentLogger } from '../../../src/core/logger';
import { createProjectsSource } from '../../../src/features/projects/projects-source';
import { TemplateRunner } from '../../../src/features/templates/run-template';
import { TreeController } from '../../../src/features/trees/tree-controller';
import { projectNode } from '../../../src/features/trees/tree-nodes';
import { until } from '../../editor/harness/until';
import { FakeStudio, type StudioPersonality } from '../../fakes/kaizen/fake-studio';
import { ManualClock } from '../../fakes/manual-clock';
import { fixedConnections, memorySession } from '../../fakes/memory-session';
import { ScriptedPlatform } from '../../fakes/scripted-platform';
import { TreeScreen } from '../../fakes/tree-screen';
import { all, fails, noSignal, one, open, printed, runNamed } from './studio-questions';

for (const personality of ['document', 'real'] as const) {
  describe(`agents of a Kaizen Studio, as the ${personality} one`, () => contract(personality));
}

function contract(personality: StudioPersonality): void {
  const isReal = personality === 'real';
  let studio: FakeStudio;
  let backend: KaizenBackend;
  beforeEach(async () => {
    studio = await FakeStudio.start(personality);
    backend = open(studio);
  });
  afterEach(async () => {
    backend.dispose();
    await studio.stop();
  });

  /** Its place in the group of agents. */
  const placeOf = (agent: { readonly id: string }): string => `agent:${agent.id}`;

  const agentGroup = async () => (await backend.groups.list(noSignal())).find(({ id }) => id === 'agents');

  it('have versions with what each was set to, newest first, and are no projects', async () => {
    const agent = studio.world.addAgent('Greeter', ['short', 'kind']);
    const projects = await backend.listProjects(noSignal());
    assert.ok(projects.every(({ name }) => !name.includes('Greeter')));
    const group = await agentGroup();
    assert.deepEqual(
      group?.places.map(({ id, label, note }) => [id, label, note]),
      [[placeOf(agent), 'Greeter', 'gpt-4']],
    );
    const versions = await all(backend, { projectId: placeOf(agent) });
    assert.deepEqual(
      versions.map(({ name, comment, status, can }) => [name, comment, status, can]),
      [
        ['Greeter version 2', 'kind', 'published', []],
        ['Greeter version 1', 'short', 'published', []],
      ],
    );
    assert.deepEqual(await all(backend), [], 'versions are no work, so no list of all tasks has them');
  });

  it('tell of a version what the agent was set to, and nothing that it never had', async () => {
    const agent = studio.world.addAgent('Greeter', ['short', 'kind']);
    const [newest] = await all(backend, { projectId: placeOf(agent) });
    assert.ok(newest);
    assert.deepEqual(await one(backend, newest.id), newest);
    const { parameters, configurations } = await backend.details.read(newest.id, noSignal());
    assert.deepEqual(
      parameters.map(({ section, name, value }) => [section, name, value]),
      [
        ['Version', 'changelog', 'kind'],
        ['Agent', 'system_prompt', 'Be kind.'],
        ['Agent', 'temperature', '0.5'],
      ],
    );
    assert.match(configurations[0]?.text ?? '', /"Be kind\."/);
    assert.equal(await printed(backend, newest.id), '');
    assert.deepEqual(await backend.series.list(newest.id, noSignal()), []);
    const scope = { kind: 'task', taskId: newest.id } as const;
    await assert.rejects(backend.dependencies.read(scope, noSignal()), fails('invalid', /no steps/));
  });

  it('keep what they are now as a version', async () => {
    const agent = studio.world.addAgent('Greeter', ['short']);
    const place = placeOf(agent);
    const { note, createdTaskIds } = await runNamed(backend, place, 'Keep as new version', {
      changelog: 'kinder',
    });
    assert.match(note ?? '', /is kept/);
    assert.deepEqual([createdTaskIds, agent.versions], [[], ['short', 'kinder']]);
    assert.equal((await all(backend, { projectId: place })).length, 2);
  });

  it(`${isReal ? 'can' : 'cannot'} be rolled back and deployed in any version`, async () => {
    const gateway = studio.world.addGateway('Stage', 'staging');
    const agent = studio.world.addAgent('Greeter', ['short', 'kind']);
    const place = placeOf(agent);
    const names = (await backend.templates.list(place, noSignal())).map(({ name }) => name);
    if (!isReal) {
      assert.deepEqual(names, ['Keep as new version']);
      return;
    }
    assert.deepEqual(names, ['Keep as new version', 'Roll back to version 1', 'Deploy to Stage']);
    const { note } = await runNamed(backend, place, 'Roll back to version 1');
    assert.match(note ?? '', /as in version 1\. What is deployed stays/);
    assert.equal(agent.current, 1);
    const { createdTaskIds } = await runNamed(backend, place, 'Deploy to Stage', { version: '2' });
    const [deployed] = [...studio.world.deployments.values()];
    assert.deepEqual([deployed?.version, deployed?.where], [`${agent.id}-v2`, gateway.id]);
    assert.equal((await one(backend, createdTaskIds[0] ?? '')).status, 'running');
    const unknown = runNamed(backend, place, 'Deploy to Stage', { version: '7' });
    await assert.rejects(unknown, fails('invalid', /no version 7/));
    assert.equal(studio.world.deployments.size, 1);
  });

  it('are absent where the account may not see them, or there are none', async () => {
    assert.equal(await agentGroup(), undefined);
    studio.world.addAgent('Greeter');
    studio.faults.push({ match: /\/agents/, kind: 'forbid' });
    assert.equal(await agentGroup(), undefined);
    await assert.rejects(all(backend, { projectId: 'agent:gone' }), fails('notFound', /no longer exists/));
    assert.deepEqual(await backend.getTasks(['version:gone/v1'], noSignal()), []);
  });

  it('stand in a group at the end of the projects, where what can be done with one is chosen', async () => {
    studio.world.addPipeline('Triage');
    studio.world.addAgent('Greeter', ['short', 'kind']);
    studio.world.addAgent('Seller', []);
    const clock = new ManualClock();
    const info = { id: 'k', kind: 'kaizen', label: 'Studio', isLocal: false } as const;
    const { session } = memorySession({ info, clock, open: () => Promise.resolve(backend) });
    const connections = fixedConnections(session);
    const source = createProjectsSource();
    const controller = new TreeController({ connections, source, clock, logger: silentLogger });
    try {
      await session.backend(noSignal());
      const screen = new TreeScreen(controller);
      screen.show();
      const shows = (what: RegExp): Promise<void> =>
        until(String(what), async () => {
          await clock.advance(500);
          return what.test(screen.lines().join('\n'));
        });
      await shows(/^Agents \(2\)$/m);
      if (personality === 'document') {
        assert.match(screen.lines().join('\n'), /\nDeployments \(3\)\nAgents \(2\)$/);
        screen.expand(screen.find('Deployments'));
        const { contextValue } = controller.row(screen.find('staging'));
        assert.match(contextValue, /;has=templates;has=dependencies;/);
        screen.collapse(screen.find('Deployments'));
      }
      screen.expand(screen.find('Agents'));
      await shows(/^ {2}Greeter \(gpt-4\)\n {2}Seller \(gpt-4\)$/m);
      screen.expand(screen.find('Greeter'));
      await shows(/Greeter version 2 \(published[^]*Greeter version 1 \(published/);
      const platform = new ScriptedPlatform();
      platform.answers.push('Keep as new version', 'kinder, and 1..5 jokes', true);
      const { state } = platform;
      const documents = { openJson: () => assert.fail('no document'), activeJson: () => undefined };
      const runner = new TemplateRunner({ platform, connections, state, ...documents });
      await runner.start(projectNode('k', 'Agents/Greeter', true));
      assert.deepEqual(platform.said, ['A version of “Greeter” is kept.']);
      const doneAt = clock.now();
      await shows(/Greeter version 3 \(published/);
      assert.ok(clock.now() - doneAt < 10_000, 'the tree reads it again at once');
      await runner.start(undefined);
      const [asked] = platform.asked.slice(-1);
      const offered = asked?.split('\n') ?? [];
      assert.equal(offered[0], 'Run a template of which project?');
      assert.ok(offered.includes('Triage') && offered.includes('Agents/Seller'), asked);
      assert.equal(
        offered.some((line) => line.startsWith('Deployments/')),
        personality === 'document',
        'where there is something to deploy to',
      );
    } finally {
      controller.dispose();
      session.dispose();
    }
  });
}
