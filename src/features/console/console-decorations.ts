import * as vscode from 'vscode';
import { DisposableStore, toDisposable, type Disposable } from '../../core/disposable';
import type { Logger } from '../../core/logger';
import { lookOf, timeOfDay, type StyleColour, type StyleLook } from './console-colours';
import { isConsole, isUpToDate } from './console-editors';
import type { ConsoleDocument } from './console-document';
import type { ConsoleFileSystem } from './console-file-system';
import type { ConsolePage } from './console-page';
import type { LineFacts } from './console-spool';

/** Gathers what one move of a person tells. */
const DRAW_DELAY_MS = 40;
/** Drawn above and below what is visible, so that scrolling finds colours there. */
const MARGIN_LINES = 60;
/** Beyond this many different styles, text stays plain. */
const MOST_STYLES = 200;

/** What a decorated line is, in the document. */
interface LineOnScreen extends LineFacts {
  readonly documentLine: number;
}

/** Colours, times and the mark of what is new, for the visible part of console editors only. */
export class ConsoleDecorations implements Disposable {
  private readonly owned = new DisposableStore();
  private readonly timers = new Map<vscode.TextEditor, NodeJS.Timeout>();
  private readonly styles = new Map<string, vscode.TextEditorDecorationType>();
  private readonly drawn = new WeakMap<vscode.TextEditor, ReadonlySet<string>>();
  private readonly times: vscode.TextEditorDecorationType;
  private readonly news: vscode.TextEditorDecorationType;
  private areTimesShown = false;

  constructor(
    private readonly deps: {
      readonly files: ConsoleFileSystem;
      readonly logger: Logger;
      /** The first line of the console that is new, and since when; undefined when none is marked. */
      readonly newFrom: (document: ConsoleDocument) => { line: number; words: string } | undefined;
    },
  ) {
    const { window, workspace } = vscode;
    this.times = this.owned.add(window.createTextEditorDecorationType({}));
    this.news = this.owned.add(
      window.createTextEditorDecorationType({
        isWholeLine: true,
        borderWidth: '1px 0 0 0',
        borderStyle: 'solid',
        borderColor: new vscode.ThemeColor('editorInfo.foreground'),
        overviewRulerColor: new vscode.ThemeColor('editorInfo.foreground'),
        overviewRulerLane: vscode.OverviewRulerLane.Full,
      }),
    );
    this.owned.add(
      window.onDidChangeVisibleTextEditors((editors) => editors.forEach((each) => this.soon(each))),
    );
    this.owned.add(window.onDidChangeTextEditorVisibleRanges(({ textEditor }) => this.soon(textEditor)));
    this.owned.add(
      workspace.onDidChangeTextDocument(({ document }) =>
        window.visibleTextEditors
          .filter((each) => each.document === document)
          .forEach((each) => this.soon(each)),
      ),
    );
    this.owned.add(toDisposable(() => this.timers.forEach((timer) => clearTimeout(timer))));
    this.owned.add(toDisposable(() => this.styles.forEach((style) => style.dispose())));
    this.drawAll();
  }

  toggleTimes(): void {
    this.areTimesShown = !this.areTimesShown;
    this.drawAll();
  }

  /** Draws every console on screen anew, soon. */
  drawAll(): void {
    vscode.window.visibleTextEditors.forEach((editor) => this.soon(editor));
  }

  dispose(): void {
    this.owned.dispose();
  }

  private soon(editor: vscode.TextEditor): void {
    if (!isConsole(editor.document) || this.timers.has(editor)) {
      return;
    }
    const timer = setTimeout(() => {
      this.timers.delete(editor);
      this.draw(editor).catch((error: unknown) => this.deps.logger.debug(`Colours: ${String(error)}`));
    }, DRAW_DELAY_MS);
    this.timers.set(editor, timer);
  }

  private async draw(editor: vscode.TextEditor): Promise<void> {
    const document = this.deps.files.find(editor.document.uri);
    const { page } = document ?? {};
    if (document === undefined || page === undefined || !isUpToDate({ editor, document })) {
      return;
    }
    const lines = await linesOnScreen(editor, document, page);
    if (document.page === page && isUpToDate({ editor, document })) {
      this.drawStyles(editor, lines);
      this.drawTimes(editor, lines);
      this.drawNews(editor, document, page);
    }
  }

  private drawStyles(editor: vscode.TextEditor, lines: readonly LineOnScreen[]): void {
    const ranges = new Map<string, { readonly look: StyleLook; readonly all: vscode.Range[] }>();
    for (const { documentLine, spans } of lines) {
      for (const { start, end, style } of spans) {
        const look = lookOf(style);
        const key = JSON.stringify(look);
        const entry = ranges.get(key) ?? { look, all: [] };
        ranges.set(key, entry);
        entry.all.push(new vscode.Range(documentLine, start, documentLine, end));
      }
    }
    for (const key of this.drawn.get(editor) ?? []) {
      const style = this.styles.get(key);
      if (style !== undefined && !ranges.has(key)) {
        editor.setDecorations(style, []);
      }
    }
    for (const [key, { look, all }] of ranges) {
      const style = this.styleOf(key, look);
      if (style !== undefined) {
        editor.setDecorations(style, all);
      }
    }
    this.drawn.set(editor, new Set(ranges.keys()));
  }

  private styleOf(key: string, look: StyleLook): vscode.TextEditorDecorationType | undefined {
    const known = this.styles.get(key);
    if (known !== undefined || this.styles.size >= MOST_STYLES || key === '{}') {
      return known;
    }
    const { color, backgroundColor, ...rest } = look;
    const made = vscode.window.createTextEditorDecorationType({
      ...rest,
      ...(color === undefined ? {} : { color: toColour(color) }),
      ...(backgroundColor === undefined ? {} : { backgroundColor: toColour(backgroundColor) }),
      rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
    });
    this.styles.set(key, made);
    return made;
  }

  private drawTimes(editor: vscode.TextEditor, lines: readonly LineOnScreen[]): void {
    const color = new vscode.ThemeColor('editorLineNumber.foreground');
    const options = lines.map(({ documentLine, at }): vscode.DecorationOptions => ({
      range: new vscode.Range(documentLine, 0, documentLine, 0),
      renderOptions: { before: { contentText: timeOfDay(at), color, margin: '0 1.5em 0 0' } },
    }));
    editor.setDecorations(this.times, this.areTimesShown ? options : []);
  }

  private drawNews(editor: vscode.TextEditor, document: ConsoleDocument, page: ConsolePage): void {
    const news = this.deps.newFrom(document);
    const line = news === undefined || news.line < page.first ? undefined : page.documentLineOf(news.line);
    if (news === undefined || line === undefined || line >= editor.document.lineCount) {
      editor.setDecorations(this.news, []);
      return;
    }
    const color = new vscode.ThemeColor('editorInfo.foreground');
    editor.setDecorations(this.news, [
      {
        range: new vscode.Range(line, 0, line, 0),
        renderOptions: {
          after: { contentText: news.words, color, margin: '0 0 0 2em', fontStyle: 'italic' },
        },
      },
    ]);
  }
}

function toColour(colour: StyleColour): vscode.ThemeColor | string {
  return 'hex' in colour ? colour.hex : new vscode.ThemeColor(colour.themeColour);
}

/** The visible lines with what is known of them. Neighbours in the console are read together. */
async function linesOnScreen(
  editor: vscode.TextEditor,
  document: ConsoleDocument,
  page: ConsolePage,
): Promise<LineOnScreen[]> {
  const wanted = new Map<number, number>();
  for (const { start, end } of editor.visibleRanges) {
    const last = Math.min(page.lineCount - 1, end.line + MARGIN_LINES);
    for (let line = Math.max(0, start.line - MARGIN_LINES); line <= last; line += 1) {
      const inConsole = page.lineAt(line);
      if (inConsole !== undefined) {
        wanted.set(inConsole, line);
      }
    }
  }
  const found: LineOnScreen[] = [];
  for (const [first, end] of neighboursOf([...wanted.keys()])) {
    const facts = await document.facts(first, end);
    facts.forEach((each, index) => {
      const documentLine = wanted.get(first + index);
      if (documentLine !== undefined) {
        found.push({ ...each, documentLine });
      }
    });
  }
  return found;
}

function neighboursOf(lines: readonly number[]): [number, number][] {
  const stretches: [number, number][] = [];
  for (const line of lines) {
    const last = stretches.at(-1);
    if (last !== undefined && last[1] === line) {
      last[1] = line + 1;
    } else {
      stretches.push([line, line + 1]);
    }
  }
  return stretches;
}
