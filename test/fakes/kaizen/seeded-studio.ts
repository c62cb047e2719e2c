import { FakeStudio, type StudioPersonality } from './fake-studio';
import { WORLD_START_MS } from './fake-world';

/** A Kaizen Studio to look at: two workspaces, pipelines with runs, deployments with figures. Sign in as FAKE_ACCOUNT. */
export async function startSeededStudio(personality: StudioPersonality, port = 0): Promise<FakeStudio> {
  const studio = await FakeStudio.start(personality, port);
  const { world } = studio;
  world.workspaces.set('ws-support', 'Support');
  world.workspaces.set('ws-sales', 'Sales');
  const triage = world.addPipeline('Ticket triage', { workspaceId: 'ws-support' });
  const quotes = world.addPipeline('Quote writer', { workspaceId: 'ws-sales', status: 'draft' });
  world.addPipeline('Old answers', { workspaceId: 'ws-support', status: 'archived' });
  for (let index = 0; index < 6; index += 1) {
    const isFailed = index === 3;
    world.addRun(triage.id, {
      input: { ticket: `Printer ${index + 1} is on fire`, urgency: index % 3 },
      ...(isFailed ? { status: 'failed', error: 'The model did not answer.', output: undefined } : {}),
    });
  }
  world.addRun(quotes.id, { input: { customer: 'Ada' } });
  const agent = world.addAgent('Support agent', ['first', 'kinder words']);
  world.addAgent('Sales agent');
  const places =
    personality === 'real'
      ? [
          world.addGateway('Staging gateway', 'staging').id,
          world.addGateway('Production gateway', 'production').id,
        ]
      : ['staging', 'production'];
  const what = personality === 'real' ? agent.id : triage.id;
  world.addDeployment(what, places[0] ?? '');
  const production = world.addDeployment(what, places[1] ?? '');
  for (let index = 0; index < 48; index += 1) {
    world.metrics.push({
      deploymentId: production.id,
      atMs: WORLD_START_MS + index * 1_800_000,
      latencyMs: 400 + 120 * Math.sin(index / 4) + (index === 30 ? 900 : 0),
      isSuccess: index % 12 !== 7,
    });
  }
  return studio;
}
