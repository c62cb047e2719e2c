import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../core/disposable';
import { COMMANDS, CONSOLE_SCHEME, SOURCE_SCHEME } from '../../platform/command-ids';
import type { Platform, StateStorage } from '../../platform/contract';
import type { Connections } from '../../store/contract';
import { consolePath } from '../console/console-address';
import type { TaskRuns } from '../notifications/task-runs';
import { registerFrameLinks, sourceUri } from './frame-links';
import { RunProblems, type ProblemPlace, type RunProblem } from './run-problems';
import { RunSources } from './run-sources';
import { taskRef } from '../../core/task-ref';

const SOURCE = 'Trackside';

export interface ProblemsDeps {
  readonly platform: Platform;
  readonly connections: Connections;
  readonly runs: TaskRuns;
  /** Facts of the open workspace. */
  readonly workspaceState: StateStorage;
}

/** From what a run printed to the code: links in consoles, and where runs failed in Problems. */
export function registerProblems({ platform, connections, runs, workspaceState }: ProblemsDeps): Disposable {
  const owned = new DisposableStore();
  const sources = new RunSources({
    connections,
    folders: () =>
      (vscode.workspace.workspaceFolders ?? [])
        .filter(({ uri }) => uri.scheme === 'file')
        .map(({ uri }) => uri.fsPath),
    isTrusted: () => vscode.workspace.isTrusted,
  });
  owned.add(registerFrameLinks(platform, sources));
  const problems = owned.add(
    new RunProblems({
      runs,
      state: workspaceState,
      logger: platform.logger,
      now: () => Date.now(),
      find: (ref, place) => sources.find(ref, place),
    }),
  );
  const shown = owned.add(vscode.languages.createDiagnosticCollection('trackside'));
  const show = (): void => showAll(shown, problems.all());
  owned.add(problems.onDidChange(show));
  show();
  owned.add(registerDismissal(platform, problems));
  return owned;
}

function registerDismissal(platform: Platform, problems: RunProblems): Disposable {
  const owned = new DisposableStore();
  owned.add(
    vscode.languages.registerCodeActionsProvider(
      [{ scheme: 'file' }, { scheme: SOURCE_SCHEME }],
      { provideCodeActions: (document, range) => dismissals(document.uri, range, problems.all()) },
      { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] },
    ),
  );
  owned.add(
    platform.commands.register(COMMANDS.dismissProblem, (node) => {
      const ref = taskRef.safeParse(node).data;
      if (ref !== undefined) {
        problems.dismiss(ref);
      }
    }),
  );
  owned.add(platform.commands.register(COMMANDS.dismissProblems, () => problems.dismissAll()));
  return owned;
}

function dismissals(
  uri: vscode.Uri,
  range: vscode.Range,
  problems: readonly RunProblem[],
): vscode.CodeAction[] {
  return problems
    .filter((problem) => uriOf(problem, problem.place).toString() === uri.toString())
    .filter(({ place }) => place.line - 1 >= range.start.line && place.line - 1 <= range.end.line)
    .flatMap((problem) => {
      const { connectionId, taskId, taskName } = problem;
      const dismiss = new vscode.CodeAction(
        `Dismiss the problem of ${taskName}`,
        vscode.CodeActionKind.QuickFix,
      );
      dismiss.command = {
        command: COMMANDS.dismissProblem,
        title: 'Dismiss',
        arguments: [{ connectionId, taskId }],
      };
      dismiss.diagnostics = [diagnosticOf(problem)];
      const open = new vscode.CodeAction(`Open the console of ${taskName}`, vscode.CodeActionKind.QuickFix);
      open.command = {
        command: COMMANDS.openConsole,
        title: 'Open Console',
        arguments: [{ connectionId, taskId }],
      };
      return [dismiss, open];
    });
}

function showAll(shown: vscode.DiagnosticCollection, problems: readonly RunProblem[]): void {
  const byFile = new Map<string, [vscode.Uri, vscode.Diagnostic[]]>();
  for (const problem of problems) {
    const uri = uriOf(problem, problem.place);
    const entry = byFile.get(uri.toString()) ?? [uri, []];
    entry[1].push(diagnosticOf(problem));
    byFile.set(uri.toString(), entry);
  }
  shown.clear();
  shown.set([...byFile.values()]);
}

function diagnosticOf(problem: RunProblem): vscode.Diagnostic {
  const { place, calls, message, taskName } = problem;
  const diagnostic = new vscode.Diagnostic(
    lineRange(place),
    `${message} (run ${taskName})`,
    vscode.DiagnosticSeverity.Error,
  );
  diagnostic.source = SOURCE;
  diagnostic.code = {
    value: 'console',
    target: vscode.Uri.from({ scheme: CONSOLE_SCHEME, path: consolePath(problem, taskName) }),
  };
  diagnostic.relatedInformation = calls.map(
    (call) =>
      new vscode.DiagnosticRelatedInformation(
        new vscode.Location(uriOf(problem, call), lineRange(call)),
        call.functionName === '' ? 'called from here' : `called in ${call.functionName}`,
      ),
  );
  return diagnostic;
}

function uriOf(problem: RunProblem, { file, isAsRun }: ProblemPlace): vscode.Uri {
  return isAsRun ? sourceUri(problem, file) : vscode.Uri.file(file);
}

function lineRange({ line }: ProblemPlace): vscode.Range {
  return new vscode.Range(line - 1, 0, line - 1, Number.MAX_SAFE_INTEGER);
}
