import type { FakeGateway } from './fake-gateway';

/** Tasks in every state, with what the gateway knows of them. */
export function seedTasks(fake: FakeGateway): void {
  const states = ['created', 'queued', 'in_progress', 'stopped', 'completed', 'failed', 'published'];
  for (const [place, status] of states.entries()) {
    fake.tasks.push({
      id: `task-${place + 1}`,
      name: `detector ${place + 1}`,
      type: 'training',
      status,
      projectId: place < 5 ? 'p1' : 'p3',
      comment: 'Annotated in CVAT.',
      parameters: { 'Args/lr': '0.01', 'Args/epochs': '10' },
      artifacts: [{ name: 'annotations' }],
      outputModels: { detector: 'file:///models/detector.pt' },
    });
  }
}
