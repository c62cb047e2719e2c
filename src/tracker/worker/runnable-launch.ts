import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { launchConfiguration, type LaunchConfiguration } from '../../core/launch-configuration';
import type { RunnableTask } from './contract';

export type LaunchDecision =
  | { readonly kind: 'launch'; readonly launch: LaunchConfiguration }
  /** `reason`: whole sentences for people, with what to do instead. */
  | { readonly kind: 'refused'; readonly reason: string };

/**
 * How a task from the queue is run on this machine: by its launch configuration, or, when its script was recorded
 * without git, from that text, which is written into `scriptFolder`.
 */
export function decideLaunch(task: RunnableTask, scriptFolder: string): LaunchDecision {
  if (task.launchConfigurationText !== undefined) {
    return readLaunch(task.launchConfigurationText);
  }
  const text = literalScript(task);
  if (text === undefined) {
    return {
      kind: 'refused',
      reason:
        'Could not start: the task does not say how to run it on this machine, and its code is in a repository, ' +
        'which the local worker does not check out. Launch the script from the editor instead, or enqueue the ' +
        'task to a queue that a clearml-agent serves.',
    };
  }
  const script = path.join(scriptFolder, safeFileName(task.script?.entryPoint));
  mkdirSync(scriptFolder, { recursive: true, mode: 0o700 });
  writeFileSync(script, text, { mode: 0o600 });
  const launch: LaunchConfiguration = {
    version: 1,
    script,
    workingDirectory: scriptFolder,
    interpreter: process.platform === 'win32' ? 'python' : 'python3',
    arguments: [],
    environment: {},
  };
  return { kind: 'launch', launch };
}

function readLaunch(text: string): LaunchDecision {
  try {
    const parsed = launchConfiguration.safeParse(JSON.parse(text));
    if (parsed.success) {
      return { kind: 'launch', launch: parsed.data };
    }
    const [issue] = parsed.error.issues;
    return refusedLaunch(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'unknown problem'}`);
  } catch (error) {
    return refusedLaunch(error instanceof Error ? error.message : String(error));
  }
}

function refusedLaunch(problem: string): LaunchDecision {
  return {
    kind: 'refused',
    reason: `Could not start: the task's launch configuration is not valid (${problem}). Correct it, or launch the script again.`,
  };
}

/** A `diff` that is no diff is the whole script (ClearML's way for scripts without git). */
function literalScript(task: RunnableTask): string | undefined {
  const { diff = '', repository = '' } = task.script ?? {};
  return repository === '' && diff.trim() !== '' && !diff.startsWith('diff ') ? diff : undefined;
}

function safeFileName(entryPoint: string | undefined): string {
  const name = path.basename((entryPoint ?? '').replace(/\\/g, '/')).replace(/[\0/]/g, '');
  return name === '' || name === '.' || name === '..' ? 'script.py' : name.slice(-120);
}
