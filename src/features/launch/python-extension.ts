import * as vscode from 'vscode';
import type { Logger } from '../../core/logger';

/** The part of ms-python.python's public API that is used here; every step of it is checked when called. */
interface PythonApi {
  readonly environments?: {
    getActiveEnvironmentPath?(resource?: vscode.Uri): { readonly id?: unknown; readonly path?: unknown };
    resolveEnvironment?(
      environment: unknown,
    ): Promise<{ readonly executable?: { readonly uri?: { readonly fsPath?: unknown } } } | undefined>;
  };
}

const ANSWER_WITHIN_MS = 5_000;

/** The interpreter the Python extension uses for `script`; undefined without that extension or without an answer. */
export async function interpreterOfPythonExtension(
  script: vscode.Uri,
  logger: Logger,
): Promise<string | undefined> {
  const extension = vscode.extensions.getExtension<PythonApi | undefined>('ms-python.python');
  if (extension === undefined) {
    return undefined;
  }
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ANSWER_WITHIN_MS);
  });
  try {
    return await Promise.race([askExtension(extension, script), tooLate]);
  } catch (error) {
    logger.warn(`The Python extension did not name an interpreter: ${String(error)}`);
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}

async function askExtension(
  extension: vscode.Extension<PythonApi | undefined>,
  script: vscode.Uri,
): Promise<string | undefined> {
  const environments = (await extension.activate())?.environments;
  const active = environments?.getActiveEnvironmentPath?.(script);
  if (environments === undefined || active === undefined) {
    return undefined;
  }
  const resolved = await environments.resolveEnvironment?.(active);
  return pathText(resolved?.executable?.uri?.fsPath) ?? pathText(active.path);
}

function pathText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
