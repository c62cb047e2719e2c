import { BANDS, type Band } from '../../src/core/run-groups';
import type { GroupBy, RunOrder } from '../../src/features/metrics/view-contract';
import { chooseNamed } from '../metrics/name-chooser';
import { element, setShown, setText } from '../kit/dom';
import * as icons from '../kit/icon-images';
import { icon } from '../kit/icons';
import { openMenu } from '../kit/menu';
import { plainButton } from '../kit/plain-button';
import { parameterChoices } from './run-grouping';
import { RunsList, type RunRow, type RunsListPorts } from './runs-list';
import type { RunsModel } from './runs-model';
import type { LineStyle } from '../kit/line-styles';

export interface RunsSidebarPorts extends RunsListPorts {
  /** How a run's line looks now. */
  styleOf(run: string): LineStyle;
  showAll(): void;
  order(order: RunOrder): void;
  fold(isFolded: boolean): void;
  groupBy(by: GroupBy | null): void;
  band(band: Band): void;
  addRuns(): void;
  /** Resolves when every run has said which parameters it has. */
  readParameters(): Promise<void>;
}

const BAND_NAMES: Readonly<Record<Band, string>> = {
  range: 'Lowest to highest',
  deviation: 'Standard deviation',
  interval: '95 % interval of the mean',
};

/** The list of runs with what orders, finds and groups them; folds to one line. */
export class RunsSidebar {
  readonly root: HTMLElement;
  private readonly list: RunsList;
  private readonly toggle: HTMLButtonElement;
  private readonly body: HTMLElement;
  private readonly count = element('span', { class: 'runs-count' });
  private readonly all = plainButton('Show all', () => this.ports.showAll());
  private readonly search = element('input', {
    class: 'plain-input',
    attributes: { type: 'search', placeholder: 'Search runs', 'aria-label': 'Search runs' },
  });
  private readonly sorting = plainButton('', () => this.chooseOrder());
  private readonly grouping = plainButton('', () => this.chooseGroups());
  private readonly banding = plainButton('', () => this.chooseBand());
  private readonly none = element('p', { class: 'card-note', text: 'No run of this name.' });

  constructor(
    private readonly model: RunsModel,
    private readonly ports: RunsSidebarPorts,
  ) {
    this.list = new RunsList(ports);
    this.toggle = element('button', {
      class: 'runs-toggle',
      attributes: { type: 'button', 'aria-controls': 'runs-body' },
    });
    this.toggle.addEventListener('click', () => ports.fold(!model.view.isRunListFolded));
    this.search.addEventListener('input', () => this.update());
    const add = plainButton('Add runs…', () => ports.addRuns());
    this.body = element('div', { class: 'runs-body', attributes: { id: 'runs-body' } }, [
      this.search,
      element('div', { class: 'runs-options' }, [this.sorting, this.grouping, this.banding]),
      this.list.root,
      this.none,
      element('div', { class: 'runs-options' }, [this.all, add]),
    ]);
    this.root = element('section', { class: 'runs-side', attributes: { 'aria-label': 'List of runs' } }, [
      element('div', { class: 'runs-heading' }, [this.toggle, this.count]),
      this.body,
    ]);
    this.update();
  }

  update(): void {
    const { view, runs } = this.model;
    this.toggle.replaceChildren(
      icon(view.isRunListFolded ? icons.chevronRight : icons.chevronDown),
      document.createTextNode('Runs'),
    );
    this.toggle.setAttribute('aria-expanded', String(!view.isRunListFolded));
    setShown(this.body, !view.isRunListFolded);
    const shown = [...runs.keys()].filter((key) => !this.model.isRunHidden(key)).length;
    setText(this.count, shown === runs.size ? `${shown} shown` : `${shown} of ${runs.size} shown`);
    setShown(this.all, shown < runs.size);
    setText(this.sorting, `Order: ${this.orderWords(view.runOrder)}`);
    setText(this.grouping, `Group by: ${groupWords(view.groupBy)}`);
    setText(this.banding, `Band: ${BAND_NAMES[view.band].toLowerCase()}`);
    setShown(this.banding, view.groupBy !== null);
    const rows = this.rows();
    this.list.update(rows);
    setShown(this.none, rows.length === 0);
  }

  showStrong(line: string | undefined): void {
    this.list.showStrong(line);
  }

  private rows(): readonly RunRow[] {
    const { model } = this;
    const { runOrder } = model.view;
    const words = this.search.value.trim().toLowerCase();
    const rows = [...model.runs.values()]
      .map((run) => ({
        run,
        name: model.nameOf(run.key),
        style: this.ports.styleOf(run.key),
        isHidden: model.isRunHidden(run.key),
        line: model.lineOfRun(run.key),
        value: runOrder.kind === 'value' ? model.lastValue(run.key, runOrder.series) : undefined,
        canTakeOut: model.runs.size > 1,
        hasOwnLook: !model.isGrouped,
      }))
      .filter(({ name, run }) => `${name} ${run.tags.join(' ')}`.toLowerCase().includes(words));
    return inOrder(rows, runOrder);
  }

  private orderWords(order: RunOrder): string {
    switch (order.kind) {
      case 'chosen':
        return 'as chosen';
      case 'name':
        return 'name';
      case 'value':
        return `${this.seriesName(order.series)} ${order.isDescending ? '↓' : '↑'}`;
    }
  }

  private seriesName(key: string): string {
    return this.model.axisSeries().find((each) => each.key === key)?.name ?? 'last value';
  }

  private chooseOrder(): void {
    const { runOrder } = this.model.view;
    const turned: { readonly label: string; run(): void }[] =
      runOrder.kind === 'value'
        ? [
            {
              label: runOrder.isDescending ? 'Lowest First' : 'Highest First',
              run: () => this.ports.order({ ...runOrder, isDescending: !runOrder.isDescending }),
            },
          ]
        : [];
    openMenu(this.sorting, 'Order of the runs', [
      ...turned,
      { label: 'As Chosen', run: () => this.ports.order({ kind: 'chosen' }) },
      { label: 'Name', run: () => this.ports.order({ kind: 'name' }) },
      {
        label: 'Last Value of…',
        run: () =>
          chooseNamed(
            this.sorting,
            { title: 'Order the runs by the last value of', noun: 'metric' },
            this.model.axisSeries(),
            {
              choose: (series) => this.ports.order({ kind: 'value', series, isDescending: true }),
              turnAway: () => undefined,
            },
          ),
      },
    ]);
  }

  private chooseGroups(): void {
    openMenu(this.grouping, 'Group the runs by', [
      { label: 'No Groups', run: () => this.ports.groupBy(null) },
      { label: 'Project', run: () => this.ports.groupBy({ kind: 'project' }) },
      { label: 'Tag', run: () => this.ports.groupBy({ kind: 'tag' }) },
      { label: 'Parameter…', run: () => void this.chooseParameter() },
    ]);
  }

  private async chooseParameter(): Promise<void> {
    setText(this.grouping, 'Reading the parameters…');
    await this.ports.readParameters();
    this.update();
    const choices = parameterChoices(this.model.parameters);
    const named = choices.map(({ section, name, valueCount }) => ({
      key: JSON.stringify([section, name]),
      name: `${section === '' ? '' : `${section} / `}${name} (${valueCount === 1 ? 'the same in all' : `${valueCount} values`})`,
      by: { kind: 'parameter' as const, section, name },
    }));
    chooseNamed(this.grouping, { title: 'Group the runs by a parameter', noun: 'parameter' }, named, {
      choose: (key) => this.ports.groupBy(named.find((each) => each.key === key)?.by ?? null),
      turnAway: () => undefined,
    });
  }

  private chooseBand(): void {
    openMenu(
      this.banding,
      'Band around the mean',
      BANDS.map((band) => ({ label: BAND_NAMES[band], run: () => this.ports.band(band) })),
    );
  }
}

function groupWords(by: GroupBy | null): string {
  switch (by?.kind) {
    case undefined:
      return 'nothing';
    case 'tag':
    case 'project':
      return by.kind;
    case 'parameter':
      return by.name;
  }
}

/** Runs without a value come last, whichever way round. */
function inOrder(rows: readonly RunRow[], order: RunOrder): readonly RunRow[] {
  switch (order.kind) {
    case 'chosen':
      return rows;
    case 'name':
      return rows.toSorted((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
    case 'value': {
      const sign = order.isDescending ? -1 : 1;
      return rows.toSorted((a, b) => {
        const [left, right] = [a.value ?? NaN, b.value ?? NaN];
        return Number.isNaN(left) || Number.isNaN(right)
          ? Number(Number.isNaN(left)) - Number(Number.isNaN(right))
          : sign * Math.sign(left - right);
      });
    }
  }
}
