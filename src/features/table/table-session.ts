import type { TaskAction } from '../../core/actions';
import type { Clock } from '../../core/clock';
import { DisposableStore, type Disposable } from '../../core/disposable';
import { isCancelled, toTracksideError, TracksideError } from '../../core/errors';
import type { Logger } from '../../core/logger';
import { isLive } from '../../core/status';
import { isHigherBetter } from '../../core/table-groups';
import { cellValue, columnLabel } from '../../core/task-table';
import type { TaskRef } from '../../core/task-ref';
import type { LiveChange, TableAbility } from '../../backends/contract';
import type { ConnectionSession, NeedHandle, StoreChange } from '../../store/contract';
import type { DrawnRuns } from '../metrics/drawn-runs';
import { failureView } from '../panels/failure-schema';
import { takeMessage } from '../panels/page-message';
import {
  MOST_LINES,
  pageMessage,
  type HostMessage,
  type PageMessage,
  type RowCommand,
  type SavedViews,
  type TableLine,
  type TableRef,
  type TableView,
} from './table-contract';
import { TableLines, type Line } from './table-lines';

const LIVE_INTERVAL_MS = 10_000;
const INTERVAL_MS = 30_000;
const PUSH_GAP_MS = 1_500;
/** What a page takes for granted until it is told. */
const NO_LOOKS = '[]';

/** What a table asks of the editor around it. */
export interface TableSessionPorts {
  readonly ref: TableRef;
  readonly session: ConnectionSession;
  readonly drawn: DrawnRuns;
  readonly clock: Clock;
  readonly logger: Logger;
  post(message: HostMessage): void;
  /** Runs the shared command on these tasks; it asks and reports by itself. */
  act(action: TaskAction, tasks: readonly TaskRef[]): Promise<void>;
  open(tasks: readonly TaskRef[]): Promise<void>;
  compare(tasks: readonly TaskRef[]): Promise<void>;
  showCurves(tasks: readonly TaskRef[]): Promise<void>;
  run(command: RowCommand, task: TaskRef): Promise<void>;
  copy(text: string): Promise<void>;
  views(): SavedViews;
  saveViews(views: SavedViews): Promise<void>;
}

/** The life of one task table, without the editor: reads what the page shows and keeps that true while visible. */
export class TableSession implements Disposable {
  private readonly owned = new DisposableStore();
  private need: NeedHandle | undefined;
  private isVisible = false;
  private viewId = 0;
  private view: TableView | undefined;
  private lines: TableLines | undefined;
  private window = { from: 0, to: 60 };
  private shown: readonly Line[] = [];
  private shownFrom = 0;
  /** True while only other lines of the same view are asked for. */
  private isScrollOnly = false;
  private hasCatalog = false;
  private toldLooks = NO_LOOKS;

  constructor(private readonly ports: TableSessionPorts) {
    this.owned.add(ports.session.store.onDidChange((change) => this.storeChanged(change)));
    this.owned.add(ports.drawn.onDidChange(() => this.tellLooks()));
  }

  /** Hidden: nothing is asked for. Visible: what the page says it shows is read at once. */
  setVisible(isVisible: boolean): void {
    this.isVisible = isVisible;
    if (!isVisible) {
      this.need?.dispose();
      this.need = undefined;
    }
  }

  /** Takes what the page sent; anything that is not in the contract is logged and dropped. */
  receive(message: unknown): void {
    const { logger } = this.ports;
    takeMessage(message, { schema: pageMessage, sender: 'A table', logger }, (taken) => this.handle(taken));
  }

  dispose(): void {
    this.need?.dispose();
    this.owned.dispose();
  }

  private handle(message: PageMessage): void {
    switch (message.type) {
      case 'ready':
        this.hasCatalog = false;
        this.ports.post({
          type: 'open',
          ref: this.ports.ref,
          connectionLabel: this.ports.session.info.label,
        });
        this.ports.post({ type: 'views', views: this.ports.views() });
        this.toldLooks = NO_LOOKS;
        this.tellLooks();
        return;
      case 'view':
        this.showView(message.viewId, message.view);
        return;
      case 'window':
        this.showWindow(message);
        return;
      case 'act':
        this.report(
          this.ports
            .act(message.action, this.refs(message.ids))
            .finally(() => this.ports.post({ type: 'acted', requestId: message.requestId })),
        );
        return;
      case 'open':
        this.report(this.ports.open(this.refs(message.ids)));
        return;
      case 'compare':
        this.report(this.ports.compare(this.refs(message.ids)));
        return;
      case 'showCurves':
        this.report(this.ports.showCurves(this.refs(message.ids)));
        return;
      case 'command':
        this.report(this.refs([message.id]).map((ref) => this.ports.run(message.command, ref))[0]);
        return;
      case 'copy':
        this.report(this.ports.copy(message.text));
        return;
      case 'saveView':
      case 'deleteView':
        this.report(this.changeViews(message));
        return;
      case 'retry':
        this.isScrollOnly = false;
        this.ask();
        return;
    }
  }

  private showView(viewId: number, view: TableView): void {
    this.viewId = viewId;
    this.view = view;
    this.lines = undefined;
    this.shown = [];
    this.window = { from: 0, to: this.window.to - this.window.from };
    this.isScrollOnly = false;
    this.ports.post({ type: 'state', viewId, state: { phase: 'reading' } });
    this.ask();
  }

  private showWindow({ viewId, from, to, isKnown }: Extract<PageMessage, { type: 'window' }>): void {
    if (viewId !== this.viewId) {
      return;
    }
    this.window = { from, to: Math.max(from, Math.min(to, from + MOST_LINES)) };
    if (!isKnown) {
      this.isScrollOnly = this.lines !== undefined;
      this.ask();
    }
  }

  /** Reads soon; runs never overlap, so that of many scrolls only the last is read. */
  private ask(): void {
    if (!this.isVisible || this.view === undefined) {
      return;
    }
    if (this.need === undefined) {
      this.need = this.ports.session.scheduler.add({
        key: 'table',
        owner: this,
        run: (signal) => this.run(signal),
        intervalMs: () => (this.hasLiveRows() ? LIVE_INTERVAL_MS : INTERVAL_MS),
        matches: (change) => this.concerns(change),
        freshForMs: 0,
        pushGapMs: PUSH_GAP_MS,
      });
      return;
    }
    // What went wrong is shown by the run itself.
    this.need.poke().catch(() => undefined);
  }

  /** A push also means that what is on screen must be read, not only what was scrolled to. */
  private concerns(change: LiveChange): boolean {
    const isOurs =
      change.kind === 'task' ||
      (change.kind === 'series' &&
        this.shown.some((line) => line.kind === 'task' && line.row.task.id === change.taskId));
    this.isScrollOnly &&= !isOurs;
    return isOurs;
  }

  private async run(signal: AbortSignal): Promise<void> {
    const { viewId, view } = this;
    if (view === undefined) {
      return;
    }
    const isScroll = this.isScrollOnly && this.lines !== undefined;
    this.isScrollOnly = false;
    try {
      const ability = await this.ability(signal);
      const lines = (this.lines ??= new TableLines(ability, view, this.ports.ref, () =>
        this.ports.clock.now(),
      ));
      if (!isScroll) {
        await lines.refresh(signal);
      }
      await this.readWindow(lines, viewId, view, !isScroll, signal);
      await this.readCatalog(ability, signal);
    } catch (thrown) {
      this.failed(viewId, thrown);
      throw thrown;
    }
  }

  private async readWindow(
    lines: TableLines,
    viewId: number,
    view: TableView,
    isFresh: boolean,
    signal: AbortSignal,
  ): Promise<void> {
    const { from, to } = this.window;
    const read = await lines.read(from, to, signal);
    if (viewId !== this.viewId) {
      return;
    }
    this.shown = read;
    this.shownFrom = from;
    this.ports.post({
      type: 'state',
      viewId,
      state: { phase: 'ready', ...lines.current, notes: [...lines.current.notes] },
    });
    this.ports.post({
      type: 'lines',
      viewId,
      from,
      lines: read.map((line) => this.lineView(line, view)),
      isFresh,
    });
  }

  /** After the rows, since nobody chooses columns before there are some. */
  private async readCatalog(ability: TableAbility, signal: AbortSignal): Promise<void> {
    if (this.hasCatalog) {
      return;
    }
    const found = await ability.catalog(this.ports.ref.projectId ?? undefined, signal);
    this.hasCatalog = true;
    this.ports.post({
      type: 'catalog',
      catalog: {
        metrics: [...found.metrics],
        parameters: [...found.parameters],
        users: [...found.users],
        types: [...found.types],
        tags: [...found.tags],
      },
    });
  }

  private async ability(signal: AbortSignal): Promise<TableAbility> {
    const { table } = await this.ports.session.backend(signal);
    if (table === undefined) {
      throw new TracksideError(
        'invalid',
        'This kind of server has no tables of tasks.',
        'Use the Projects and Tasks views.',
      );
    }
    return table;
  }

  private failed(viewId: number, thrown: unknown): void {
    if (!isCancelled(thrown) && viewId === this.viewId) {
      const failure = failureView(toTracksideError(thrown));
      this.ports.post({ type: 'state', viewId, state: { phase: 'failed', failure } });
    }
  }

  /** What an action does shows at once on the rows that are on screen. */
  private storeChanged(change: StoreChange): void {
    if (change.kind !== 'tasks' || this.view === undefined) {
      return;
    }
    const { view, viewId } = this;
    const next = this.shown.map((line) => {
      const task =
        line.kind === 'task' && change.ids.has(line.row.task.id)
          ? this.ports.session.store.task(line.row.task.id)
          : undefined;
      return line.kind === 'task' && task ? { ...line, row: { ...line.row, task } } : line;
    });
    const changed = next.flatMap((line, index) => (line === this.shown[index] ? [] : [{ line, index }]));
    this.shown = next;
    for (const { line, index } of changed) {
      const from = this.shownFrom + index;
      this.ports.post({
        type: 'lines',
        viewId,
        from,
        lines: [this.lineView(line, view)],
        isFresh: false,
      });
    }
  }

  private lineView(line: Line, view: TableView): TableLine {
    if (line.kind === 'group') {
      const { group, count, isFolded } = line;
      const figures = group.figures.map(({ column, ...figure }) => ({
        ...figure,
        label: columnLabel(column),
        best: isHigherBetter(column) ? figure.highest : figure.lowest,
      }));
      return { kind: 'group', key: group.key, value: group.value, count, figures, isFolded };
    }
    const { task } = line.row;
    const now = this.ports.clock.now();
    return {
      kind: 'task',
      id: task.id,
      name: task.name,
      status: task.status,
      serverStatus: task.serverStatus,
      isStopping: task.isStopping,
      can: [...task.can],
      hasWebPage: task.webUrl !== undefined,
      cells: view.columns.map(({ column }) => cellValue(line.row, column, now)),
    };
  }

  private tellLooks(): void {
    const { connectionId } = this.ports.ref;
    const looks = [...this.ports.drawn.runs().values()].flatMap(({ ref, look }) =>
      ref.connectionId === connectionId ? [{ id: ref.taskId, look }] : [],
    );
    const text = JSON.stringify(looks);
    if (text !== this.toldLooks) {
      this.toldLooks = text;
      this.ports.post({ type: 'looks', looks });
    }
  }

  private hasLiveRows(): boolean {
    return this.shown.some((line) => line.kind === 'task' && isLive(line.row.task.status));
  }

  private refs(ids: readonly string[]): TaskRef[] {
    return ids.map((taskId) => ({ connectionId: this.ports.ref.connectionId, taskId }));
  }

  private async changeViews(
    message: Extract<PageMessage, { type: 'saveView' | 'deleteView' }>,
  ): Promise<void> {
    const others = this.ports.views().filter(({ name }) => name !== message.name);
    const views =
      message.type === 'deleteView' ? others : [...others, { name: message.name, view: message.view }];
    await this.ports.saveViews(views);
    this.ports.post({ type: 'views', views });
  }

  private report(work: Promise<void> | undefined): void {
    work?.catch((error: unknown) => this.ports.logger.error('An action of a table failed.', error));
  }
}
