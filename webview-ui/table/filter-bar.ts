import { statusLabel, TASK_STATUSES } from '../../src/core/status';
import { columnKey, columnLabel, TABLE_FIELDS, type TableColumn } from '../../src/core/task-table';
import type { SavedViews, TableView } from '../../src/features/table/table-contract';
import { element } from '../kit/dom';
import * as icons from '../kit/icon-images';
import { icon } from '../kit/icons';
import { columnChooser } from './column-chooser';
import { plainButton } from '../kit/plain-button';
import { closePopup, openPopup } from '../kit/popup';
import type { TableModel } from './table-model';

const TYPING_MS = 250;
const GROUP_FIELDS = ['project', 'status', 'tags', 'type', 'user', 'worker'] as const;

export interface BarEvents {
  onView(view: TableView): void;
  onSaveView(name: string): void;
  onDeleteView(name: string): void;
}

type Filter = TableView['filter'];

/** Text, filters, grouping, columns and saved views; below it what is filtered by, each with a way to drop it. */
export class FilterBar {
  readonly root: HTMLElement;
  private readonly search: HTMLInputElement;
  private readonly chips: HTMLElement;
  private readonly buttons: Readonly<
    Record<'status' | 'filter' | 'group' | 'columns' | 'views', HTMLButtonElement>
  >;
  private readonly savedList = list([]);
  private typing: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly model: TableModel,
    private readonly events: BarEvents,
  ) {
    this.search = element('input', {
      class: 'search',
      attributes: { type: 'search', placeholder: 'Name, id or comment', 'aria-label': 'Filter by text' },
    });
    this.search.addEventListener('input', () => {
      clearTimeout(this.typing);
      this.typing = setTimeout(() => {
        this.typing = undefined;
        this.filter({ text: this.search.value });
      }, TYPING_MS);
    });
    this.buttons = {
      status: this.opener('Status', () => this.statuses()),
      filter: this.opener('Filter', () => this.filters()),
      group: this.opener('Group', () => this.groups()),
      columns: this.opener('Columns', () =>
        columnChooser(this.model, (columns) => this.events.onView({ ...this.model.view, columns })),
      ),
      views: this.opener('Views', () => this.views()),
    };
    this.chips = element('div', { class: 'chips' });
    const row = element('div', { class: 'bar', attributes: { role: 'toolbar', 'aria-label': 'Table' } }, [
      this.search,
      ...Object.values(this.buttons),
    ]);
    this.root = element('div', { class: 'bars' }, [row, this.chips]);
    this.update();
  }

  /** Also while they are looked at: one that was just saved comes a moment later. */
  setSaved(saved: SavedViews): void {
    const rows = saved.map((each) => this.savedRow(each));
    this.savedList.replaceChildren(...(rows.length > 0 ? [heading('Saved')] : []), ...rows);
  }

  update(): void {
    const { filter, group } = this.model.view;
    // What is being typed is not yet in the view.
    if (document.activeElement !== this.search && this.typing === undefined) {
      this.search.value = filter.text;
    }
    this.buttons.group.classList.toggle('is-set', group !== null);
    this.buttons.status.classList.toggle('is-set', filter.statuses.length > 0);
    this.chips.replaceChildren(...this.chipList());
    this.chips.hidden = this.chips.childElementCount === 0;
  }

  focusSearch(): void {
    this.search.focus();
    this.search.select();
  }

  private opener(label: string, content: () => HTMLElement): HTMLButtonElement {
    return plainButton(label, (button) => openPopup(button, label, content()), { opens: 'dialog' });
  }

  private filter(change: Partial<Filter>): void {
    const { view } = this.model;
    this.events.onView({ ...view, filter: { ...view.filter, ...change } });
  }

  private statuses(): HTMLElement {
    return list([
      ...TASK_STATUSES.map((status) =>
        check(statusLabel(status), this.model.view.filter.statuses.includes(status), (isOn) =>
          this.filter({ statuses: toggled(this.model.view.filter.statuses, status, isOn) }),
        ),
      ),
    ]);
  }

  private filters(): HTMLElement {
    const { catalog, view } = this.model;
    const part = (
      title: string,
      choices: readonly { id: string; label: string }[],
      key: 'types' | 'userIds' | 'tags',
    ) =>
      choices.length === 0
        ? []
        : [
            heading(title),
            ...choices.map(({ id, label }) =>
              check(label, view.filter[key].includes(id), (isOn) =>
                this.filter({ [key]: toggled(this.model.view.filter[key], id, isOn) }),
              ),
            ),
          ];
    const plain = (values: readonly string[]): { id: string; label: string }[] =>
      values.map((value) => ({ id: value, label: value }));
    return list([
      check('Archived only', view.filter.isArchived, (isArchived) => this.filter({ isArchived })),
      check('Include sub-projects', view.includesSubprojects, (includesSubprojects) =>
        this.events.onView({ ...this.model.view, includesSubprojects }),
      ),
      heading('Range of a metric or parameter'),
      this.rangeForm(),
      ...part('Type', plain(catalog.types), 'types'),
      ...part(
        'User',
        catalog.users.map(({ id, name }) => ({ id, label: name })),
        'userIds',
      ),
      ...part('Tags (all of them)', plain(catalog.tags), 'tags'),
    ]);
  }

  private rangeForm(): HTMLElement {
    const columns = rangeColumns(this.model);
    const select = element('select', { attributes: { 'aria-label': 'Column' } });
    select.append(
      ...columns.map((column, index) =>
        element('option', { text: columnLabel(column), attributes: { value: String(index) } }),
      ),
    );
    const [min, max] = ['From', 'To'].map((label) =>
      element('input', {
        attributes: { type: 'number', step: 'any', placeholder: label, 'aria-label': label },
      }),
    );
    const add = plainButton('Add', undefined, { isSubmit: true });
    const form = element('form', { class: 'range' }, [select, ...(min && max ? [min, max] : []), add]);
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      const column = columns[Number(select.value)];
      const range = { min: numberIn(min), max: numberIn(max) };
      if (column !== undefined && (range.min !== null || range.max !== null)) {
        closePopup();
        const others = this.model.view.filter.ranges.filter(
          (each) => columnKey(each.column) !== columnKey(column),
        );
        this.filter({ ranges: [...others, { column, ...range }] });
      }
    });
    return form;
  }

  private groups(): HTMLElement {
    const { view, catalog } = this.model;
    const columns: TableColumn[] = [
      ...GROUP_FIELDS.map((field) => ({ kind: 'field', field }) as const),
      ...catalog.parameters.map(({ section, name }) => ({ kind: 'parameter', section, name }) as const),
    ];
    const now = view.group === null ? '' : columnKey(view.group);
    const choose = (group: TableView['group']): void => {
      closePopup();
      this.events.onView({ ...this.model.view, group, folded: [] });
    };
    return list([
      choice('No groups', view.group === null, () => choose(null)),
      ...columns.map((column) =>
        choice(columnLabel(column), columnKey(column) === now, () => choose(column)),
      ),
    ]);
  }

  private views(): HTMLElement {
    const name = element('input', {
      attributes: {
        type: 'text',
        placeholder: 'Name of this view',
        'aria-label': 'Name of this view',
        maxlength: '100',
      },
    });
    const form = element('form', { class: 'range' }, [
      name,
      plainButton('Save', undefined, { isSubmit: true }),
    ]);
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      if (name.value.trim() !== '') {
        closePopup();
        this.events.onSaveView(name.value.trim());
      }
    });
    return list([heading('Save columns, filters and order'), form, this.savedList]);
  }

  private savedRow({ name, view }: SavedViews[number]): HTMLElement {
    const drop = element('button', {
      class: 'icon-button',
      title: `Delete view ${name}`,
      attributes: { type: 'button', 'aria-label': `Delete view ${name}` },
    });
    drop.append(icon(icons.close));
    drop.addEventListener('click', () => {
      closePopup();
      this.events.onDeleteView(name);
    });
    const show = choice(name, false, () => {
      closePopup();
      this.events.onView(view);
    });
    return element('div', { class: 'with-button' }, [show, drop]);
  }

  private chipList(): HTMLElement[] {
    const { filter, group, includesSubprojects } = this.model.view;
    const userName = (id: string): string =>
      this.model.catalog.users.find((user) => user.id === id)?.name ?? id;
    const without = <T>(values: readonly T[], value: T): T[] => values.filter((each) => each !== value);
    return [
      ...(group === null
        ? []
        : [
            this.chip(`grouped by ${columnLabel(group)}`, () =>
              this.events.onView({ ...this.model.view, group: null, folded: [] }),
            ),
          ]),
      ...filter.statuses.map((status) =>
        this.chip(statusLabel(status), () => this.filter({ statuses: without(filter.statuses, status) })),
      ),
      ...filter.types.map((type) =>
        this.chip(`type ${type}`, () => this.filter({ types: without(filter.types, type) })),
      ),
      ...filter.userIds.map((id) =>
        this.chip(`by ${userName(id)}`, () => this.filter({ userIds: without(filter.userIds, id) })),
      ),
      ...filter.tags.map((tag) =>
        this.chip(`tag ${tag}`, () => this.filter({ tags: without(filter.tags, tag) })),
      ),
      ...filter.ranges.map((range) =>
        this.chip(rangeWords(range), () => this.filter({ ranges: without(filter.ranges, range) })),
      ),
      ...(filter.isArchived ? [this.chip('archived', () => this.filter({ isArchived: false }))] : []),
      ...(includesSubprojects
        ? []
        : [
            this.chip('without sub-projects', () =>
              this.events.onView({ ...this.model.view, includesSubprojects: true }),
            ),
          ]),
    ];
  }

  private chip(label: string, drop: () => void): HTMLElement {
    const press = element('button', {
      class: 'chip',
      title: `Remove: ${label}`,
      attributes: { type: 'button', 'aria-label': `Remove filter: ${label}` },
    });
    press.append(element('span', { class: 'ellipsis', text: label }), icon(icons.close));
    press.addEventListener('click', drop);
    return press;
  }
}

function rangeColumns({ view, catalog }: TableModel): TableColumn[] {
  const all: TableColumn[] = [
    ...view.columns.map(({ column }) => column).filter(({ kind }) => kind !== 'field'),
    ...catalog.metrics.map(
      ({ metric, variant }) => ({ kind: 'metric', metric, variant, figure: 'last' }) as const,
    ),
    ...catalog.parameters.map(({ section, name }) => ({ kind: 'parameter', section, name }) as const),
    ...TABLE_FIELDS.filter((field) => field === 'iteration').map(
      (field) => ({ kind: 'field', field }) as const,
    ),
  ];
  return [...new Map(all.map((column) => [columnKey(column), column])).values()];
}

function rangeWords({ column, min, max }: Filter['ranges'][number]): string {
  const label = columnLabel(column);
  if (min === null || max === null) {
    return min === null ? `${label} ≤ ${max ?? ''}` : `${label} ≥ ${min}`;
  }
  return `${min} ≤ ${label} ≤ ${max}`;
}

function numberIn(input: HTMLInputElement | undefined): number | null {
  const value = input?.value.trim() ?? '';
  return value === '' || Number.isNaN(Number(value)) ? null : Number(value);
}

function toggled<T>(values: readonly T[], value: T, isOn: boolean): T[] {
  const others = values.filter((each) => each !== value);
  return isOn ? [...others, value] : others;
}

function list(children: readonly HTMLElement[]): HTMLElement {
  return element('div', { class: 'popup-list' }, children);
}

function heading(text: string): HTMLElement {
  return element('div', { class: 'popup-heading', text });
}

export function check(label: string, isOn: boolean, onChange: (isOn: boolean) => void): HTMLElement {
  const box = element('input', { attributes: { type: 'checkbox' } });
  box.checked = isOn;
  box.addEventListener('change', () => onChange(box.checked));
  return element('label', { class: 'popup-item', title: label }, [
    box,
    element('span', { class: 'ellipsis', text: label }),
  ]);
}

export function choice(label: string, isOn: boolean, onChoose: () => void): HTMLElement {
  const press = element('button', {
    class: `popup-item${isOn ? ' is-set' : ''}`,
    title: label,
    attributes: { type: 'button', 'aria-pressed': String(isOn) },
  });
  press.append(element('span', { class: 'ellipsis', text: label }));
  press.addEventListener('click', onChoose);
  return press;
}
