import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../core/disposable';
import { Emitter } from '../../core/emitter';
import type { EpochMs } from '../../core/entities';
import type { Platform } from '../../platform/contract';
import { momentText } from '../trees/relative-time';
import { taskOfConsole } from './console-address';
import type { ConsoleDocument } from './console-document';
import { isConsole } from './console-editors';
import type { ConsoleFileSystem } from './console-file-system';
import { ConsoleVisits, type ConsoleSight } from './console-visits';

/** Notices which consoles the person looks at: those on screen while the window has the focus. */
export class ConsoleSights implements Disposable {
  private readonly owned = new DisposableStore();
  private readonly looks = this.owned.add(new Emitter<void>());
  private readonly visits: ConsoleVisits;
  private readonly keys = new WeakMap<ConsoleDocument, string>();
  /** What is on screen or came to it may have changed. */
  readonly onDidLook = this.looks.event;

  constructor(
    private readonly files: ConsoleFileSystem,
    platform: Pick<Platform, 'state' | 'focus'>,
  ) {
    this.visits = new ConsoleVisits(platform.state, () => Date.now());
    const look = (): void => {
      this.visits.look(platform.focus.isFocused ? this.onScreen() : []);
      this.looks.fire();
    };
    this.owned.add(vscode.window.onDidChangeVisibleTextEditors(look));
    this.owned.add(platform.focus.onDidChange(look));
    this.owned.add(
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (isConsole(document)) {
          look();
        }
      }),
    );
    this.owned.add({ dispose: () => this.visits.look([]) });
  }

  /** The first line that was not there when the person looked last. */
  newFrom(document: ConsoleDocument): { readonly line: number; readonly words: string } | undefined {
    const key = this.keys.get(document);
    const found = key === undefined ? undefined : this.visits.newFrom(sightOf(key, document));
    return found && { line: found.line, words: newWords(found.since) };
  }

  dispose(): void {
    this.owned.dispose();
  }

  private onScreen(): ConsoleSight[] {
    return vscode.window.visibleTextEditors.flatMap(({ document: { uri } }) => {
      const document = this.files.find(uri);
      const ref = document && taskOfConsole(uri);
      if (document === undefined || ref === undefined) {
        return [];
      }
      const key = JSON.stringify([ref.connectionId, ref.taskId]);
      this.keys.set(document, key);
      return [sightOf(key, document)];
    });
  }
}

function sightOf(key: string, document: ConsoleDocument): ConsoleSight {
  return { key, lines: document.log.spool.lineCount, run: document.runStartedAt };
}

function newWords(since: EpochMs): string {
  return `new since ${momentText(since)}`;
}
