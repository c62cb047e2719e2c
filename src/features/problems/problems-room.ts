import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../core/disposable';
import { COMMANDS, CONSOLE_SCHEME, SOURCE_SCHEME } from '../../platform/command-ids';
import type { CommandRegistrar, Platform, StateStorage } from '../../platform/contract';
import type { Connections } from '../../store/contract';
import { consoleAddress } from '../console/console-address';
import type { RunChange, TaskRuns } from '../notifications/task-runs';
import { projectFolders } from '../tasks/task-folders';
import { openLinkedFrame, registerFrameLinks, textAsRun } from './frame-links';
import { RunProblems, type ProblemPlace, type RunProblem } from './run-problems';
import { RunSources } from './run-sources';
import { sourceAddress } from './source-address';
import { runKey, taskRef, type TaskRef } from '../../core/task-ref';

const SOURCE = 'Trackside';

export interface ProblemsDeps {
  readonly platform: Platform;
  readonly connections: Connections;
  readonly runs: TaskRuns;
  /** Facts of the open workspace. */
  readonly workspaceState: StateStorage;
}

/** From what runs printed to the code: links in consoles, and where runs failed in Problems. */
export class ProblemsRoom implements Disposable {
  private readonly owned = new DisposableStore();
  private readonly sources: RunSources;
  private readonly problems: RunProblems;

  constructor(private readonly deps: ProblemsDeps) {
    const { platform, connections, runs, workspaceState } = deps;
    this.sources = new RunSources({
      connections,
      folders: () =>
        (vscode.workspace.workspaceFolders ?? [])
          .filter(({ uri }) => uri.scheme === 'file')
          .map(({ uri }) => uri.fsPath),
      isTrusted: () => vscode.workspace.isTrusted,
    });
    this.problems = this.owned.add(
      new RunProblems({
        runs,
        state: workspaceState,
        logger: platform.logger,
        now: () => Date.now(),
        find: (ref, place) => this.sources.find(ref, place),
      }),
    );
    this.owned.add(registerFrameLinks(this.sources));
    const shown = this.owned.add(vscode.languages.createDiagnosticCollection('trackside'));
    const show = (): void => showAll(shown, this.problems.all(), connections);
    this.owned.add(this.problems.onDidChange(show));
    show();
    this.owned.add(registerDismissals(this.problems, connections));
  }

  /** A run ended before this room was there to hear of it. */
  runEnded(change: RunChange): void {
    this.problems.runEnded(change);
  }

  /** A file as a run had it. */
  textAsRun(uri: vscode.Uri): Promise<string> {
    return textAsRun(this.sources, uri);
  }

  registerCommands(commands: CommandRegistrar): Disposable {
    const owned = new DisposableStore();
    owned.add(
      commands.register(COMMANDS.openFrame, (node) =>
        openLinkedFrame(this.sources, node, (ref) => this.foldersOf(ref)),
      ),
    );
    owned.add(
      commands.register(COMMANDS.dismissProblem, (node) => {
        const ref = taskRef.safeParse(node).data;
        if (ref !== undefined) {
          this.problems.dismiss(ref);
        }
      }),
    );
    owned.add(commands.register(COMMANDS.dismissProblems, () => this.problems.dismissAll()));
    return owned;
  }

  dispose(): void {
    this.owned.dispose();
  }

  private foldersOf(ref: TaskRef): readonly string[] {
    const problem = this.problems.all().find((each) => runKey(each) === runKey(ref));
    const task = this.deps.connections.get(ref.connectionId)?.store.task(ref.taskId);
    return problem === undefined ? namedFolders(task?.projectName, task?.name) : foldersOfProblem(problem);
  }
}

function registerDismissals(problems: RunProblems, connections: Connections): Disposable {
  return vscode.languages.registerCodeActionsProvider(
    [{ scheme: 'file' }, { scheme: SOURCE_SCHEME }],
    {
      provideCodeActions: (document, range) => dismissals(document.uri, range, problems.all(), connections),
    },
    { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] },
  );
}

function dismissals(
  uri: vscode.Uri,
  range: vscode.Range,
  problems: readonly RunProblem[],
  connections: Connections,
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
      dismiss.diagnostics = [diagnosticOf(problem, connections)];
      const open = new vscode.CodeAction(`Open the console of ${taskName}`, vscode.CodeActionKind.QuickFix);
      open.command = {
        command: COMMANDS.openConsole,
        title: 'Open Console',
        arguments: [{ connectionId, taskId }],
      };
      return [dismiss, open];
    });
}

function showAll(
  shown: vscode.DiagnosticCollection,
  problems: readonly RunProblem[],
  connections: Connections,
): void {
  const byFile = new Map<string, [vscode.Uri, vscode.Diagnostic[]]>();
  for (const problem of problems) {
    const uri = uriOf(problem, problem.place);
    const entry = byFile.get(uri.toString()) ?? [uri, []];
    entry[1].push(diagnosticOf(problem, connections));
    byFile.set(uri.toString(), entry);
  }
  shown.clear();
  shown.set([...byFile.values()]);
}

function diagnosticOf(problem: RunProblem, connections: Connections): vscode.Diagnostic {
  const { place, calls, message, taskName, projectName, connectionId } = problem;
  const diagnostic = new vscode.Diagnostic(
    lineRange(place),
    `${message} (run ${taskName})`,
    vscode.DiagnosticSeverity.Error,
  );
  diagnostic.source = SOURCE;
  diagnostic.code = {
    value: 'console',
    target: vscode.Uri.from({
      scheme: CONSOLE_SCHEME,
      ...consoleAddress(
        problem,
        [connections.get(connectionId)?.info.label ?? '', ...projectFolders(projectName)],
        taskName,
      ),
    }),
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
  return isAsRun
    ? vscode.Uri.from({
        scheme: SOURCE_SCHEME,
        ...sourceAddress(problem, foldersOfProblem(problem), file),
      })
    : vscode.Uri.file(file);
}

/** The names of when it failed: what stands at a place must be found there also after a task was renamed. */
function foldersOfProblem({ projectName, taskName }: RunProblem): readonly string[] {
  return namedFolders(projectName, taskName);
}

/** Without the connection, which is not known yet when problems are shown again after a reload. */
function namedFolders(projectName: string | undefined, taskName: string | undefined): readonly string[] {
  return [...projectFolders(projectName), taskName ?? ''];
}

function lineRange({ line }: ProblemPlace): vscode.Range {
  return new vscode.Range(line - 1, 0, line - 1, Number.MAX_SAFE_INTEGER);
}
