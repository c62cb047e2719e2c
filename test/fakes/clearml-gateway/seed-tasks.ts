import type { FakeGateway } from './fake-gateway';

/** Tasks in every state, models and datasets, with what the gateway knows of them. */
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
  fake.catalog.models.push(
    { id: 'model-2', name: 'detector', project: 'p1', task: 'task-5', framework: 'PyTorch', tags: ['best'] },
    { id: 'model-1', name: 'detector, first', project: 'p1' },
  );
  fake.catalog.datasets.push(
    {
      id: 'dataset-1',
      name: 'annotations',
      project: 'Vision',
      version: '1.0.1',
      tags: ['reviewed'],
      created: '2024-05-02T09:00:00+00:00',
      files: ['labels.json', 'images/1.png', 'images/2.png', 'images/10.png'],
    },
    { id: 'dataset-0', name: 'annotations', project: 'Vision', version: '1.0.0', files: [] },
  );
}
