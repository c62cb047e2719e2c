import * as z from 'zod';
import { CODE_PARTS, type CodeEdits, type CodePart } from '../../core/actions';
import { TracksideError } from '../../core/errors';
import type { ClearMlSession } from './session';

type Place = { readonly in: 'script' | 'container' | 'task'; readonly key: string };

const PLACES: Readonly<Record<CodePart, Place>> = {
  repository: { in: 'script', key: 'repository' },
  branch: { in: 'script', key: 'branch' },
  commit: { in: 'script', key: 'version_num' },
  entryPoint: { in: 'script', key: 'entry_point' },
  workingDirectory: { in: 'script', key: 'working_dir' },
  uncommittedDiff: { in: 'script', key: 'diff' },
  image: { in: 'container', key: 'image' },
  containerArguments: { in: 'container', key: 'arguments' },
  setupScript: { in: 'container', key: 'setup_shell_script' },
  outputDestination: { in: 'task', key: 'output_dest' },
};

const currentData = z.object({
  tasks: z.array(
    z.object({ status: z.string(), container: z.record(z.string(), z.unknown()).nullish().catch(undefined) }),
  ),
});

/**
 * The body of `tasks.edit` for these edits. A script is merged by the server, a container replaced, so that what it has
 * now goes along. `force` is sent for a task that waits only: the call would take it for one that has ended as well.
 * Throws `notFound` when the task is gone.
 */
export async function codeEditBody(
  session: ClearMlSession,
  taskId: string,
  edits: CodeEdits,
  signal: AbortSignal,
): Promise<object> {
  const read = { id: [taskId], only_fields: ['id', 'status', 'container'] };
  const [current] = (await session.read('tasks.get_by_id_ex', read, currentData, signal)).tasks;
  if (current === undefined) {
    throw new TracksideError('notFound', 'The task no longer exists on the server.', 'Refresh the list.');
  }
  const script = fieldsOf(edits, 'script');
  const container = fieldsOf(edits, 'container');
  return {
    task: taskId,
    ...(current.status === 'queued' ? { force: true } : {}),
    ...fieldsOf(edits, 'task'),
    ...(Object.keys(script).length === 0 ? {} : { script: { ...script, ...withoutTag(edits) } }),
    ...(Object.keys(container).length === 0 ? {} : { container: { ...current.container, ...container } }),
  };
}

function fieldsOf(edits: CodeEdits, wanted: Place['in']): Readonly<Record<string, string>> {
  return Object.fromEntries(
    CODE_PARTS.flatMap((part) => {
      const value = edits[part];
      const place = PLACES[part];
      return value === undefined || place.in !== wanted ? [] : [[place.key, value] as const];
    }),
  );
}

/** An agent takes a tag before a branch, so that one of the code before would win. */
function withoutTag({ branch, commit }: CodeEdits): object {
  return branch === undefined && commit === undefined ? {} : { tag: '' };
}
