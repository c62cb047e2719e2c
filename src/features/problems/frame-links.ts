import * as vscode from 'vscode';
import * as z from 'zod/mini';
import { DisposableStore, type Disposable } from '../../core/disposable';
import { TracksideError } from '../../core/errors';
import { taskRef, type TaskRef } from '../../core/task-ref';
import { framesIn, type TracebackFrame } from '../../core/traceback';
import { COMMANDS, CONSOLE_SCHEME, SOURCE_SCHEME } from '../../platform/command-ids';
import { addressInEditor } from '../../platform/open-documents';
import { taskOfConsole } from '../console/console-address';
import { scanLines, type ScanStep } from '../console/line-scan';
import { escapeMarkdown } from '../trees/markdown-text';
import { targetWords, type RunSources } from './run-sources';
import { sourceAddress, sourceAt } from './source-address';

/** The newest ones; the editor keeps all links of a document in memory. */
const MOST_LINKS = 5_000;

const frameSchema = z.extend(taskRef, {
  path: z.string(),
  fileLine: z.int().check(z.positive()),
  source: z.exactOptional(z.string()),
});
type LinkedFrame = z.infer<typeof frameSchema>;

/** Places in a console lead to the code: links, and what they open on hover. */
export function registerFrameLinks(sources: RunSources): Disposable {
  const owned = new DisposableStore();
  const selector = { scheme: CONSOLE_SCHEME };
  owned.add(
    vscode.languages.registerDocumentLinkProvider(selector, {
      provideDocumentLinks: async (document, token) => {
        const ref = taskOfConsole(document.uri);
        const frames = await scanLines(document, () => !token.isCancellationRequested, frameStep);
        return ref && frames?.slice(-MOST_LINKS).map((frame) => linkOf(ref, frame));
      },
    }),
  );
  owned.add(
    vscode.languages.registerHoverProvider(selector, {
      provideHover: async (document, position) => {
        const ref = taskOfConsole(document.uri);
        const frame = frameAt(document, position);
        if (ref === undefined || frame === undefined) {
          return undefined;
        }
        const words = targetWords(await sources.find(ref, frame), frame);
        return new vscode.Hover(
          new vscode.MarkdownString(escapeMarkdown(words)),
          rangeOf(frame, position.line),
        );
      },
    }),
  );
  return owned;
}

/** A file as a run had it, by its address. Throws `notFound` where there is none. */
export function textAsRun(sources: RunSources, uri: vscode.Uri): Promise<string> {
  const found = sourceAt(uri);
  if (found === undefined) {
    throw new TracksideError('notFound', 'This is no file of a task.', '');
  }
  return sources.textAsRun(found.ref, found.repositoryPath);
}

/**
 * Opens what a link of a console names.
 *
 * @param foldersOf what a file as it ran stands below.
 */
export async function openLinkedFrame(
  sources: RunSources,
  node: unknown,
  foldersOf: (ref: TaskRef) => readonly string[],
): Promise<void> {
  const frame = readFrame(node);
  if (frame !== undefined) {
    await openFrame(sources, frame, foldersOf(frame));
  }
}

async function openFrame(sources: RunSources, frame: LinkedFrame, folders: readonly string[]): Promise<void> {
  const target = await sources.find(frame, frame);
  if (target.kind === 'none') {
    throw new TracksideError(
      'notFound',
      target.reason,
      'Open the folder of its repository, or fetch the commit.',
    );
  }
  const uri =
    target.kind === 'file'
      ? vscode.Uri.file(target.file)
      : addressInEditor(SOURCE_SCHEME, sourceAddress(frame, folders, target.repositoryPath));
  const document = await vscode.workspace.openTextDocument(uri);
  const line = Math.min(frame.fileLine, document.lineCount) - 1;
  const range = document.lineAt(line).range;
  await vscode.window.showTextDocument(document, {
    viewColumn: columnOfCode(),
    selection: new vscode.Range(range.start, range.start),
  });
}

/** Where code is open already, else beside the console. */
function columnOfCode(): vscode.ViewColumn {
  const code = vscode.window.visibleTextEditors.find(
    ({ document, viewColumn }) => document.uri.scheme === 'file' && viewColumn !== undefined,
  );
  return code?.viewColumn ?? vscode.ViewColumn.Active;
}

function frameStep(lines: readonly string[], first: number, end: number): ScanStep<TracebackFrame> {
  return { found: framesIn(lines, first, end), next: end };
}

function frameAt(
  document: vscode.TextDocument,
  { line, character }: vscode.Position,
): TracebackFrame | undefined {
  const next = line + 1 < document.lineCount ? document.lineAt(line + 1).text : '';
  return framesIn([document.lineAt(line).text, next]).find(
    (frame) => frame.line === 0 && frame.start <= character && character <= frame.end,
  );
}

function rangeOf({ start, end }: TracebackFrame, line: number): vscode.Range {
  return new vscode.Range(line, start, line, end);
}

/** The argument travels as one word, since an address of a command is decoded a varying number of times. */
function linkOf(ref: TaskRef, frame: TracebackFrame): vscode.DocumentLink {
  const { path, fileLine, source } = frame;
  const argument: LinkedFrame = { ...ref, path, fileLine, ...(source === undefined ? {} : { source }) };
  const word = Buffer.from(JSON.stringify(argument), 'utf8').toString('base64url');
  const link = new vscode.DocumentLink(
    rangeOf(frame, frame.line),
    vscode.Uri.from({ scheme: 'command', path: COMMANDS.openFrame, query: JSON.stringify([word]) }),
  );
  link.tooltip = 'Open this line';
  return link;
}

function readFrame(node: unknown): LinkedFrame | undefined {
  try {
    const json: unknown = JSON.parse(Buffer.from(z.string().parse(node), 'base64url').toString('utf8'));
    return frameSchema.parse(json);
  } catch {
    return undefined;
  }
}
