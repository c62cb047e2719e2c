import type { TaskAction } from '../../src/core/actions';
import { columnKey } from '../../src/core/task-table';
import type {
  HostMessage,
  PageMessage,
  PersistedState,
  TableRef,
  TableView,
} from '../../src/features/table/table-contract';
import { element, setShown, setText } from '../kit/dom';
import { plainButton } from '../kit/plain-button';
import { closePopup } from '../kit/popup';
import type { PagePorts } from '../kit/start-page';
import { onThemeChange } from '../kit/theme';
import { FilterBar } from './filter-bar';
import { GridKeys } from './grid-keys';
import { GridView } from './grid-view';
import { openRowMenu } from './row-menu';
import type { TableModel } from './table-model';

/** The whole page of a task table. */
export class TablePage {
  readonly root: HTMLElement;
  private readonly title = element('h1', { class: 'ellipsis', text: 'Tasks' });
  private readonly count = element('span', { class: 'dim', attributes: { role: 'status' } });
  private readonly selected = element('span');
  private readonly openSelected = plainButton('Open', () =>
    this.ports.post({ type: 'open', ids: [...this.model.selected.keys()] }),
  );
  private readonly actions = plainButton('Actions', (button) => this.menuBelow(button), { opens: 'dialog' });
  private readonly selection = element('div', { class: 'selection' }, [
    this.selected,
    this.openSelected,
    this.actions,
  ]);
  private readonly notesText = element('span');
  private readonly readAgain = this.retryButton();
  private readonly notes = element('div', { class: 'notes', attributes: { role: 'status' } }, [
    this.notesText,
    new Text(' '),
    this.readAgain,
  ]);
  private readonly problem = element('p', { attributes: { role: 'alert' } });
  private readonly advice = element('p', { class: 'dim' });
  private readonly retry = this.retryButton();
  private readonly empty = element('div', { class: 'empty' }, [this.problem, this.advice, this.retry]);
  private readonly grid: GridView;
  private readonly bar: FilterBar;
  private ref: TableRef | undefined;
  private requests = 0;
  private asked = '';

  constructor(
    private readonly model: TableModel,
    private readonly ports: PagePorts<PageMessage, PersistedState>,
  ) {
    this.grid = new GridView(model, {
      onWindow: (from, to) => this.watch(from, to),
      onSort: (column) => this.sortBy(column),
      onResize: (column, widthPx, isDone) => this.resize(column, widthPx, isDone),
      onMove: (column, to) => this.moveColumn(column, to),
      onPress: (line, column, event) => this.press(line, column, event),
      onOpen: (line) => this.openLine(line),
      onMenu: (x, y) => this.menu(x, y),
      onKey: (event) => keys.press(event),
    });
    this.bar = new FilterBar(model, {
      onView: (view) => this.show(view),
      onSaveView: (name) => ports.post({ type: 'saveView', name, view: model.view }),
      onDeleteView: (name) => ports.post({ type: 'deleteView', name }),
    });
    const keys = new GridKeys(model, this.grid, {
      selectionChanged: () => this.selectionChanged(),
      fold: (key, isFolded) => this.fold(key, isFolded),
      openLine: (line) => this.openLine(line),
      openMenu: () => this.menuAtRow(),
      copy: () => this.copy(),
      focusSearch: () => this.bar.focusSearch(),
    });
    const head = element('header', {}, [this.title, this.count, this.selection]);
    this.root = element('main', { class: 'page' }, [
      head,
      this.bar.root,
      this.notes,
      this.grid.root,
      this.empty,
    ]);
    onThemeChange(() => this.grid.themeChanged());
    this.grid.redraw();
    this.update();
  }

  receive(message: HostMessage): void {
    switch (message.type) {
      case 'open':
        this.ref = message.ref;
        setText(this.title, message.ref.projectName ?? `All tasks of ${message.connectionLabel}`);
        this.sendView();
        return;
      case 'catalog':
        if (this.model.adoptCatalog(message.catalog)) {
          this.grid.redraw();
          this.sendView();
          this.update();
        }
        this.bar.update();
        return;
      case 'views':
        this.bar.setSaved(message.views);
        return;
      case 'looks':
        this.model.looks = new Map(message.looks.map(({ id, look }) => [id, look]));
        this.grid.update();
        return;
      case 'state':
        if (message.viewId === this.model.viewId) {
          this.model.setState(message.state);
          this.update();
        }
        return;
      case 'lines':
        if (message.viewId === this.model.viewId) {
          this.model.putLines(message.from, message.lines, message.isFresh);
          this.asked = '';
          this.grid.update();
          this.update();
        }
        return;
      case 'acted':
        this.ports.post({ type: 'retry' });
        return;
    }
  }

  private show(view: TableView): void {
    if (!this.model.setView(view)) {
      this.grid.toTop();
    }
    this.grid.redraw();
    this.sendView();
    this.update();
  }

  private sendView(): void {
    this.asked = '';
    this.ports.post({ type: 'view', viewId: this.model.viewId, view: this.model.view });
    this.keep();
    this.bar.update();
  }

  private keep(): void {
    if (this.ref !== undefined) {
      this.ports.save({ ref: this.ref, view: this.model.view });
    }
  }

  /** Asks once for what is on screen; what is there already is only kept true. */
  private watch(from: number, to: number): void {
    const isKnown = this.model.hasAll(from, to);
    const asked = `${this.model.viewId} ${from} ${to} ${String(isKnown)}`;
    if (to > from && asked !== this.asked) {
      this.asked = asked;
      this.ports.post({ type: 'window', viewId: this.model.viewId, from, to, isKnown });
    }
  }

  private sortBy(index: number): void {
    const { sort, columns } = this.model.view;
    const column = columns[index]?.column;
    if (column !== undefined) {
      const isSame = columnKey(sort.column) === columnKey(column);
      this.show({ ...this.model.view, sort: { column, isDescending: isSame ? !sort.isDescending : false } });
      this.focusHead(index);
    }
  }

  private moveColumn(from: number, to: number): void {
    const columns = [...this.model.view.columns];
    const [moved] = columns.splice(from, 1);
    if (moved !== undefined && from !== to) {
      columns.splice(to, 0, moved);
      this.show({ ...this.model.view, columns });
      this.focusHead(to);
    }
  }

  private focusHead(index: number): void {
    this.grid.root.querySelectorAll<HTMLElement>('.head-button')[index]?.focus();
  }

  private resize(index: number, widthPx: number, isDone: boolean): void {
    this.model.setWidth(index, widthPx);
    this.grid.update();
    if (isDone) {
      this.keep();
    }
  }

  private press(line: number, column: number, event: MouseEvent): void {
    closePopup();
    this.model.activeColumn = column;
    const shown = this.model.line(line);
    if (shown?.kind === 'group') {
      this.model.activeLine = line;
      this.fold(shown.key, !shown.isFolded);
      return;
    }
    const isChosen = shown !== undefined && this.model.selected.has(shown.id);
    if (event.button === 2 && isChosen) {
      this.model.activeLine = line;
    } else {
      this.model.select(line, event.shiftKey ? 'range' : event.ctrlKey || event.metaKey ? 'toggle' : 'only');
    }
    this.selectionChanged();
  }

  private fold(key: string, isFolded: boolean): void {
    const others = this.model.view.folded.filter((each) => each !== key);
    const { activeLine } = this.model;
    const top = this.grid.root.scrollTop;
    this.model.setView({ ...this.model.view, folded: isFolded ? [...others, key] : others });
    this.model.activeLine = activeLine;
    this.grid.root.scrollTop = top;
    this.sendView();
  }

  private openLine(index: number): void {
    const line = this.model.line(index);
    if (line?.kind === 'task') {
      this.ports.post({ type: 'open', ids: [line.id] });
    }
  }

  private copy(): void {
    const text = this.model.copyText();
    if (text !== '') {
      this.ports.post({ type: 'copy', text });
    }
  }

  private menuAtRow(): void {
    const { x, y } = this.grid.menuPlace();
    this.menu(x, y);
  }

  private menu(x: number, y: number): void {
    openRowMenu(
      this.model,
      {
        open: (ids) => this.ports.post({ type: 'open', ids: [...ids] }),
        compare: (ids) => this.ports.post({ type: 'compare', ids: [...ids] }),
        showCurves: (ids) => this.ports.post({ type: 'showCurves', ids: [...ids] }),
        run: (command, id) => this.ports.post({ type: 'command', command, id }),
        act: (action) => this.act(action),
        copyRows: () => this.copy(),
        copyText: (text) => this.ports.post({ type: 'copy', text }),
      },
      { x, y, focus: this.grid.root },
    );
  }

  private act(action: TaskAction): void {
    this.requests += 1;
    this.ports.post({ type: 'act', requestId: this.requests, action, ids: [...this.model.selected.keys()] });
  }

  private selectionChanged(): void {
    this.grid.update();
    this.update();
  }

  private update(): void {
    const { state } = this.model;
    setText(this.count, this.countWords());
    this.drawSelection();
    this.grid.root.setAttribute('aria-busy', String(state.phase === 'reading'));
    this.drawNotes();
    this.drawEmpty();
    document.body.dataset['phase'] = state.phase;
  }

  private countWords(): string {
    const { state, known } = this.model;
    const reading = state.phase === 'reading' ? ['Reading…'] : [];
    if (known === undefined) {
      return reading.join('');
    }
    const counted = known.taskCount.toLocaleString('en-US');
    const tasks = `${known.isExact ? '' : 'more than '}${counted} ${known.taskCount === 1 ? 'task' : 'tasks'}`;
    return [tasks, ...reading].join(' · ');
  }

  /** Rows that could not be read again stay where they are, and must not look fresh. */
  private drawNotes(): void {
    const { state, known } = this.model;
    const isStale = state.phase === 'failed' && known !== undefined;
    const stale = isStale ? ['Not up to date.', state.failure.message, state.failure.nextStep] : [];
    const notes = [...stale, ...(known?.notes ?? [])].join(' ').trim();
    setText(this.notesText, notes);
    setShown(this.readAgain, isStale);
    setShown(this.notes, notes !== '');
  }

  private retryButton(): HTMLButtonElement {
    return plainButton('Try again', () => this.ports.post({ type: 'retry' }));
  }

  private menuBelow(button: HTMLElement): void {
    const { left, bottom } = button.getBoundingClientRect();
    this.menu(left, bottom);
  }

  /** What is pressed keeps the focus while lines arrive. */
  private drawSelection(): void {
    const count = this.model.selected.size;
    setText(this.selected, `${count.toLocaleString('en-US')} selected`);
    setText(this.openSelected, count === 1 ? 'Open' : 'Open live panels');
    setShown(this.selection, count > 0);
  }

  private drawEmpty(): void {
    const { state, known } = this.model;
    const isUnread = state.phase === 'failed' && known === undefined;
    const isEmpty = known?.lineCount === 0;
    setShown(this.empty, isEmpty || isUnread);
    setText(this.problem, isUnread ? state.failure.message : '');
    setText(this.advice, isUnread ? state.failure.nextStep : isEmpty ? this.emptyWords() : '');
    setShown(this.problem, isUnread);
    setShown(this.retry, isUnread);
  }

  private emptyWords(): string {
    return this.model.isFiltered
      ? 'No task fits. Change the filter to see more.'
      : 'There are no tasks here yet.';
  }
}
