import path from 'node:path';
import { LAUNCH_CONFIGURATION_NAME, type LaunchConfiguration } from '../../core/launch-configuration';
import type { LaunchRequest } from '../launch-contract';
import { MIN_NAME_LENGTH } from './actions';
import { defined } from './map';
import { ensureProject } from './projects';
import { createdData } from './schema';
import type { ServerProbe } from './server-facts';
import type { ClearMlSession } from './session';

/** Creates the draft of a script. Its project is found by full path or created. */
export async function createTask(
  session: ClearMlSession,
  probe: ServerProbe,
  request: LaunchRequest,
  signal: AbortSignal,
): Promise<string> {
  const { isTrackside } = await probe.facts(signal);
  const project = await ensureProject(session, projectPath(request.projectName), signal);
  const body = {
    name: longEnough(request.name.trim(), 'task'),
    type: 'training',
    project,
    tags: request.tags,
    script: scriptOf(request),
    configuration: {
      [LAUNCH_CONFIGURATION_NAME]: {
        name: LAUNCH_CONFIGURATION_NAME,
        value: JSON.stringify(launchConfigurationOf(request), undefined, 2),
        type: 'json',
        description: 'How Trackside starts this script again.',
      },
    },
    // The local worker passes the arguments themselves; an agent elsewhere hands these to the script's parser.
    ...(isTrackside ? {} : { hyperparams: { Args: hyperparametersOf(request.arguments) } }),
  };
  const { id } = await session.call('tasks.create', body, createdData, { isIdempotent: false, signal });
  return id;
}

function launchConfigurationOf(request: LaunchRequest): LaunchConfiguration {
  return {
    version: 1,
    script: request.scriptPath,
    workingDirectory: request.workingDirectory,
    interpreter: request.interpreter,
    arguments: [...request.arguments],
    environment: { ...request.environment },
    ...(request.metricPatterns === undefined ? {} : { metricPatterns: [...request.metricPatterns] }),
    ...(request.capturesMetrics === undefined ? {} : { capturesMetrics: request.capturesMetrics }),
  };
}

function scriptOf({ code, interpreter }: LaunchRequest): object {
  const program = path.basename(interpreter).replace(/\.exe$/i, '');
  return {
    binary: /^python[\d.]*$/.test(program) ? program : 'python3',
    ...defined({
      repository: code.repository,
      branch: code.branch,
      version_num: code.commit,
      entry_point: code.entryPoint,
      working_dir: code.workingDirectory,
      diff: code.uncommittedDiff,
    }),
  };
}

/** The server refuses last segments of fewer than three characters; folders may be called `ml`. */
export function projectPath(name: string): string {
  const segments = name
    .split('/')
    .map((segment) => segment.trim())
    .filter((segment) => segment !== '');
  const last = segments.pop() ?? '';
  return [...segments, longEnough(last, 'project')].join('/');
}

function longEnough(name: string, noun: string): string {
  return name.length >= MIN_NAME_LENGTH ? name : `${name} ${noun}`.trim();
}

interface WireParameter {
  readonly section: 'Args';
  readonly name: string;
  readonly value: string;
}

/** `--lr 0.1 --fast` as ClearML keeps arguments: `{lr: '0.1', fast: 'True'}`. Positional ones have no name there. */
export function hyperparametersOf(args: readonly string[]): Record<string, WireParameter> {
  const found: Record<string, WireParameter> = {};
  args.forEach((text, index) => {
    const match = /^--([A-Za-z][\w-]*)(?:=(.*))?$/s.exec(text);
    if (match === null) {
      return;
    }
    const name = (match[1] ?? '').replaceAll('-', '_');
    const following = args[index + 1];
    const hasValue = following !== undefined && !/^--?[A-Za-z]/.test(following);
    found[name] = { section: 'Args', name, value: match[2] ?? (hasValue ? following : 'True') };
  });
  return found;
}
