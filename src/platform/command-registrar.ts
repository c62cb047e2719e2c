import * as vscode from 'vscode';
import { isCancelled } from '../core/errors';
import type { Logger } from '../core/logger';
import { RETHROW, type CommandRegistrar, type Dialogs } from './contract';
import { commandTitle } from './command-title';

const SLOW_COMMAND_MS = 1_000;

/** Commands of VS Code, each timed, logged, and its failure told once: shown to the person, or thrown to a caller. */
export function createCommandRegistrar(
  logger: Logger,
  dialogs: Pick<Dialogs, 'failure'>,
  packageJson: unknown,
): CommandRegistrar {
  return {
    register: (id, run) =>
      vscode.commands.registerCommand(id, async (...given: unknown[]) => {
        const isForCaller = given.includes(RETHROW);
        const args = given.filter((argument) => argument !== RETHROW);
        const [node, nodes] = args;
        const startedAt = performance.now();
        try {
          await run(node, nodes, args.length > 0);
          logTime(logger, id, performance.now() - startedAt);
        } catch (error) {
          if (isCancelled(error)) {
            logger.debug(`${id} was cancelled.`);
            return;
          }
          logger.error(`${id} failed.`, error);
          if (isForCaller) {
            throw error;
          }
          dialogs.failure(error, commandTitle(packageJson, id));
        }
      }),
  };
}

function logTime(logger: Logger, id: string, tookMs: number): void {
  const line = `${id} took ${tookMs.toFixed(0)} ms.`;
  if (tookMs > SLOW_COMMAND_MS) {
    logger.info(line);
  } else {
    logger.debug(line);
  }
}
