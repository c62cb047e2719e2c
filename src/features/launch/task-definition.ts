import path from 'node:path';
import * as z from 'zod';
import { TracksideError } from '../../core/errors';
import type { LaunchWish } from './launch-wish';

/** A `trackside` task as tasks.json writes it; package.json declares the same properties. */
const taskDefinition = z.object({
  script: z.string().min(1),
  arguments: z.array(z.string()).default([]),
  workingDirectory: z.string().min(1).optional(),
  project: z.string().min(1).optional(),
  name: z.string().min(1).optional(),
  queue: z.string().min(1).optional(),
  connection: z.string().min(1).optional(),
  environment: z.record(z.string(), z.string()).default({}),
});

/** Reads a definition whose variables VS Code has resolved. Throws `invalid` naming the property that is wrong. */
export function wishOfDefinition(definition: unknown, folder: string | undefined): LaunchWish {
  const parsed = taskDefinition.safeParse(definition);
  if (!parsed.success) {
    const problem = z.prettifyError(parsed.error).replace(/\s+/g, ' ');
    throw new TracksideError('invalid', `The task is not defined right: ${problem}`, 'Correct tasks.json.');
  }
  const { script, workingDirectory, project, name, queue, connection, environment } = parsed.data;
  const absolute = (given: string): string => {
    if (folder === undefined && !path.isAbsolute(given)) {
      throw new TracksideError(
        'invalid',
        `${given} is a relative path, and no folder is open.`,
        'Write an absolute path in tasks.json.',
      );
    }
    return path.resolve(folder ?? '', given);
  };
  return {
    script: absolute(script),
    isKnownPython: false,
    arguments: parsed.data.arguments,
    environment,
    asksQueue: false,
    ...(workingDirectory === undefined ? {} : { workingDirectory: absolute(workingDirectory) }),
    ...(project === undefined ? {} : { projectName: project }),
    ...(name === undefined ? {} : { name }),
    ...(queue === undefined ? {} : { queueName: queue }),
    ...(connection === undefined ? {} : { connectionLabel: connection }),
  };
}
