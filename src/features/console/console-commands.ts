import path from 'node:path';
import * as vscode from 'vscode';
import { capitalized } from '../../core/capitalized';
import { CONSOLE_LEVELS, type ConsoleLevel } from '../../core/console-levels';
import { DisposableStore, type Disposable } from '../../core/disposable';
import { COMMANDS } from '../../platform/command-ids';
import type { Choice, Platform } from '../../platform/contract';
import { counted } from '../trees/plural';
import { consoleInFront, untilShown, type ConsoleEditor } from './console-editors';
import type { ConsoleDocument } from './console-document';
import type { ConsoleFileSystem } from './console-file-system';
import { FILTER_WORDS } from './console-window';
import type { EndFollowingEditors } from './end-following-editors';
import type { SearchAnswer } from './search-contract';

const MOST_MATCHES = 1_000;

export interface ConsoleCommandDeps {
  readonly platform: Platform;
  readonly files: ConsoleFileSystem;
  readonly editors: EndFollowingEditors;
  /** The console's first line that is new to the person; undefined when none is. */
  readonly newLine: (document: ConsoleDocument) => number | undefined;
  readonly toggleTimes: () => void;
}

/** What can be done with the console in front. */
export function registerConsoleCommands(deps: ConsoleCommandDeps): Disposable {
  const { platform, files, editors } = deps;
  const owned = new DisposableStore();
  const add = (
    id: (typeof COMMANDS)[keyof typeof COMMANDS],
    run: (at: ConsoleEditor, node: unknown) => Promise<void>,
  ) => owned.add(platform.commands.register(id, (node) => run(consoleInFront(files), node)));
  add(COMMANDS.searchConsole, (at) => search(deps, at));
  add(COMMANDS.filterConsole, (at, node) => filter(deps, at, node));
  add(COMMANDS.followConsole, async (at) => {
    at.document.show({ minLevel: at.document.view.minLevel });
    await untilShown(at);
    editors.goToEnd(at.editor);
  });
  add(COMMANDS.showNewConsoleLines, async (at) => {
    const line = deps.newLine(at.document);
    if (line === undefined) {
      platform.dialogs.info('Nothing was printed since you last looked at this console.');
    } else {
      await goToConsoleLine(deps, at, line);
    }
  });
  owned.add(platform.commands.register(COMMANDS.showConsoleTimes, () => deps.toggleTimes()));
  add(COMMANDS.showEarlierConsole, (at) => neighbour(deps, at, 'earlier'));
  add(COMMANDS.showLaterConsole, (at) => neighbour(deps, at, 'later'));
  add(COMMANDS.openConsoleFile, async ({ document }) => {
    await vscode.commands.executeCommand('vscode.open', vscode.Uri.file(await document.log.wholeFile()));
  });
  return owned;
}

/** Shows the other part, at the line where it meets the one that was shown. */
async function neighbour(
  { editors, platform }: ConsoleCommandDeps,
  at: ConsoleEditor,
  way: 'earlier' | 'later',
): Promise<void> {
  const { page } = at.document;
  if (page === undefined || (way === 'earlier' && page.first === 0 && page.lineAt(0) !== undefined)) {
    platform.dialogs.info('This is the beginning of the console.');
    return;
  }
  const border = way === 'earlier' ? page.first : page.end;
  editors.leaveEnd(at.editor);
  await at.document.showNeighbour(way);
  await untilShown(at);
  editors.goTo(at.editor, at.document.page?.documentLineOf(border) ?? 0);
}

/** Shows a line of the console, wherever it is. */
export async function goToConsoleLine(
  { editors }: Pick<ConsoleCommandDeps, 'editors'>,
  at: ConsoleEditor,
  line: number,
): Promise<void> {
  editors.leaveEnd(at.editor);
  const documentLine = await at.document.reveal(line);
  await untilShown(at);
  editors.goTo(at.editor, documentLine);
}

/** `wanted` is a level when a note asks for one. */
async function filter(deps: ConsoleCommandDeps, at: ConsoleEditor, wanted: unknown): Promise<void> {
  const chosen =
    CONSOLE_LEVELS.find((level) => level === wanted) ??
    (await askLevel(deps.platform, at.document.view.minLevel));
  if (chosen !== undefined) {
    at.document.show({ minLevel: chosen });
    await untilShown(at);
    deps.editors.goToEnd(at.editor);
  }
}

function askLevel({ dialogs }: Platform, shown: ConsoleLevel): Promise<ConsoleLevel | undefined> {
  return dialogs.pick(
    'Filter Console by Level',
    CONSOLE_LEVELS.map((level): Choice<ConsoleLevel> => {
      const words = FILTER_WORDS[level];
      const label = capitalized(words);
      return { label, value: level, ...(level === shown ? { description: 'shown now' } : {}) };
    }),
  );
}

async function search(deps: ConsoleCommandDeps, at: ConsoleEditor): Promise<void> {
  const { dialogs, extensionPath } = deps.platform;
  const { flagsOf, patternProblem, searchFile } = await import('./console-search');
  const pattern = await dialogs.ask({
    title: 'Search Whole Console',
    prompt: 'A regular expression, tested line by line. Case counts when it has capitals.',
    validate: patternProblem,
  });
  if (pattern === undefined || pattern === '') {
    return;
  }
  const file = await at.document.log.wholeFile();
  const request = { file, pattern, flags: flagsOf(pattern), mostMatches: MOST_MATCHES };
  const answer = at.document.log.isEmpty
    ? { matches: [], matchCount: 0, lineCount: 0 }
    : await dialogs.withProgress('Searching the console…', (signal) =>
        searchFile(path.join(extensionPath, 'dist', 'search-worker.js'), request, signal),
      );
  const line = await chooseMatch(deps.platform, pattern, answer);
  if (line !== undefined) {
    await goToConsoleLine(deps, at, line);
  }
}

async function chooseMatch(
  { dialogs }: Platform,
  pattern: string,
  { matches, matchCount, lineCount }: SearchAnswer,
): Promise<number | undefined> {
  if (matches.length === 0) {
    dialogs.info(`No line of ${counted(lineCount, 'line')} matches ${pattern}.`);
    return undefined;
  }
  const first = matchCount > matches.length ? `, the first ${counted(matches.length, 'one')} listed` : '';
  return dialogs.pick(
    `${counted(matchCount, 'matching line')}${first}`,
    matches.map(({ line, text }) => ({
      label: text.replaceAll('$(', '\\$('),
      description: `line ${(line + 1).toLocaleString('en-US')}`,
      value: line,
    })),
    'Type to narrow the list down',
  );
}
