import { createHash } from 'node:crypto';
import { isRow, listIn, type Row } from './fake-error';
import type { Handler } from './fake-task-calls';
import { countTasks } from './fake-task-filter';
import type { FakeTask, FakeWorld } from './fake-world';

/** What pickers of columns and filters ask for. Only the real personality has these. */
export function tableCalls(world: FakeWorld): Record<string, Handler> {
  return {
    'projects.get_unique_metric_variants': (data) => ({ metrics: metrics(world, tasksIn(world, data)) }),
    'projects.get_hyper_parameters': (data) => {
      const size = typeof data['page_size'] === 'number' ? data['page_size'] : 500;
      const first = (typeof data['page'] === 'number' ? data['page'] : 0) * size;
      const parameters = parametersOf(tasksIn(world, data)).slice(first, first + size);
      return { parameters, total: parameters.length, remaining: 0 };
    },
    'projects.get_user_names': () => ({ users: [{ id: 'user', name: 'Ada' }] }),
    'projects.get_task_tags': (data) => ({
      tags: [...new Set(inProjects(world, data).flatMap(({ tags }) => tags))],
    }),
    'tasks.get_types': (data) => ({ types: [...new Set(inProjects(world, data).map(({ type }) => type))] }),
    'organization.get_entities_count': (data) =>
      isRow(data['tasks']) ? { tasks: countTasks(world, data['tasks']) } : {},
  };
}

function inProjects(world: FakeWorld, data: Row): FakeTask[] {
  const projects = listIn(data, 'projects');
  return world.tasks.filter(({ project }) => projects.length === 0 || projects.includes(project));
}

function tasksIn(world: FakeWorld, data: Row): FakeTask[] {
  return world.tasks.filter(({ project }) => data['project'] === undefined || project === data['project']);
}

function metrics(world: FakeWorld, tasks: readonly FakeTask[]): Row[] {
  const hash = (name: string): string => createHash('md5').update(name).digest('hex');
  const found = new Map<string, Row>();
  for (const { metric, variant } of tasks.flatMap(({ id }) => world.scalars.get(id) ?? [])) {
    found.set(JSON.stringify([metric, variant]), {
      metric,
      metric_hash: hash(metric),
      variant,
      variant_hash: hash(variant),
    });
  }
  return [...found.values()];
}

function parametersOf(tasks: readonly FakeTask[]): Row[] {
  const found = new Map<string, Row>();
  for (const { hyperparams } of tasks) {
    for (const [section, items] of Object.entries(hyperparams)) {
      for (const name of Object.keys(isRow(items) ? items : {})) {
        found.set(JSON.stringify([section, name]), { section, name });
      }
    }
  }
  return [...found.values()];
}
