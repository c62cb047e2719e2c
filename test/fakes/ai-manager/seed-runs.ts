import type { FakeAiManager } from './fake-ai-manager';

const STEPS = 200;

/** Runs in every state with curves that differ, one of them with `pointCount` points in all. */
export function seedRuns(fake: FakeAiManager, pointCount = 0): void {
  const states = ['completed', 'running', 'failed', 'stopped', 'paused'];
  for (const [place, status] of states.entries()) {
    const { id } = fake.addRun({
      name: `resnet ${place + 1}`,
      status,
      config: { lr: 10 ** -(place + 1), batch_size: 32, 'optimizer/name': 'adam' },
      tags: place % 2 === 0 ? ['baseline'] : [],
      notes: place === 0 ? 'The one to beat.' : null,
      ended_at: status === 'running' ? null : '2026-01-01T02:00:00',
    });
    for (let step = 0; step < STEPS; step += 1) {
      const loss = (1 + place / 4) / (1 + step / 20) + Math.sin(step * (place + 1)) / 40;
      fake.addMetric(id, 'loss', step, loss);
      fake.addMetric(id, 'val/accuracy', step, 1 - loss / 2);
    }
  }
  fake.addRun({ name: 'of somebody else', project_id: 2, status: 'completed' });
  if (pointCount > 0) {
    const { id } = fake.addRun({ name: `${pointCount} points`, status: 'completed' });
    for (let step = 0; step < pointCount / 2; step += 1) {
      fake.addMetric(id, 'loss', step, Math.exp(-step / pointCount) + Math.sin(step) / 50);
      fake.addMetric(id, 'lr', step, 0.1 / (1 + step));
    }
  }
}
