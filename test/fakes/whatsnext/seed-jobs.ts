import type { FakeJob, FakeWorld } from './fake-world';

const WORKER = '0b6ad7a4-0f3f-4c2e-9c62-6a7a9f1f0b11';

/** A project that shows every state of a job, one that is archived, and two clients. */
export function seedJobs(world: FakeWorld): void {
  const project = world.project('vision');
  world.project('old experiments', 'ARCHIVED');
  const train = world.template(project, 'train', 'python train.py --lr {lr} --seed {seed}');
  const evaluate = world.template(project, 'evaluate', 'python evaluate.py --split {split}');
  const job = (name: string, task: number, status: string, after: readonly number[] = []): number =>
    world.job({
      name,
      project_id: project,
      task_id: task,
      status,
      parameters: task === train ? { lr: 0.01, seed: 1 } : { split: 'val' },
      depends: Object.fromEntries(after.map((id) => [String(id), 'finish'])),
    });
  const prepared = job('prepare data', train, 'COMPLETED');
  const good = job('train resnet', train, 'COMPLETED', [prepared]);
  const running = job('train vit', train, 'RUNNING', [prepared]);
  const failed = job('train mixer', train, 'FAILED', [prepared]);
  job('evaluate resnet', evaluate, 'COMPLETED', [good]);
  job('evaluate vit', evaluate, 'PENDING', [running]);
  const blocked = job('evaluate mixer', evaluate, 'BLOCKED', [failed]);
  job('report', evaluate, 'BLOCKED', [good, running, blocked]);
  world.clients.set(WORKER, {
    id: WORKER,
    name: 'gpu-box',
    is_active: 1,
    available_cpu: 16,
    available_accelerators: 2,
    last_heartbeat: new Date().toISOString(),
  });
}

/** A chain of a quarter of so many jobs, and a job that half of them wait for. */
export function seedManyJobs(world: FakeWorld, count: number): void {
  const project = world.project(`${count} jobs`);
  const template = world.template(project, 'step', 'python step.py --n {n}');
  const add = (name: string, over: Partial<FakeJob>): number =>
    world.job({ name, project_id: project, task_id: template, status: 'PENDING', ...over });
  const chained = Math.floor(count / 4);
  let last = add('chain 0', { status: 'COMPLETED' });
  for (let place = 1; place < chained; place += 1) {
    last = add(`chain ${place}`, { depends: { [String(last)]: 'finish' } });
  }
  const root = add('root', { status: 'RUNNING' });
  const fanned = Math.floor(count / 2);
  for (let place = 0; place < fanned; place += 1) {
    add(`leaf ${place}`, { depends: { [String(root)]: 'finish' } });
  }
  for (let place = chained + 1 + fanned; place < count; place += 1) {
    add(`single ${place}`, { status: place % 3 === 0 ? 'FAILED' : 'COMPLETED' });
  }
}
