import type { RunView } from '../../src/features/metrics/runs-contract';
import type { RunDeed } from '../../src/features/metrics/runs-messages';
import { statusLabel } from '../../src/core/status';
import { formatExact, formatValue } from '../metrics/format';
import { lineSample } from '../kit/line-sample';
import type { LineStyle } from '../kit/line-styles';
import { element, setShown, setText } from '../kit/dom';
import * as icons from '../kit/icon-images';
import { icon } from '../kit/icons';
import { openMenu } from '../kit/menu';
import { statusSign } from '../kit/status-sign';
import { nameParts, sharedStarts } from '../kit/shared-start';
import { offerTaskMenu } from '../kit/task-context';

/** One row as it is to be shown. */
export interface RunRow {
  readonly run: RunView;
  readonly name: string;
  readonly style: LineStyle;
  readonly isHidden: boolean;
  /** The line that stands for the run in the charts. */
  readonly line: string | undefined;
  /** The last value of the series that the list is ordered by. */
  readonly value: number | undefined;
  readonly canTakeOut: boolean;
  /** False where the line is that of a group. */
  readonly hasOwnLook: boolean;
}

export interface RunsListPorts {
  toggle(run: string): void;
  showOnly(run: string): void;
  /** A row is pointed at, or none. */
  point(line: string | undefined): void;
  chooseLook(run: string, name: string, anchor: HTMLElement): void;
  deed(run: string, deed: RunDeed): void;
}

interface BuiltRow {
  readonly root: HTMLElement;
  readonly look: string;
  readonly box: HTMLInputElement;
  readonly value: HTMLElement;
}

/** The runs of the panel, a row each. */
export class RunsList {
  readonly root = element('ul', { class: 'runs', attributes: { 'aria-label': 'Runs' } });
  private readonly rows = new Map<string, BuiltRow>();
  private strong: string | undefined;

  constructor(private readonly ports: RunsListPorts) {
    this.root.addEventListener('pointerleave', () => ports.point(undefined));
  }

  update(rows: readonly RunRow[]): void {
    const wanted = new Set(rows.map(({ run }) => run.key));
    for (const [key, { root }] of this.rows) {
      if (!wanted.has(key)) {
        root.remove();
        this.rows.delete(key);
      }
    }
    const starts = sharedStarts(rows.map(({ name }) => name));
    rows.forEach((row, place) => {
      const { root, box, value } = this.row(row, starts.get(row.name));
      const there = this.root.children[place];
      if (there !== root) {
        this.root.insertBefore(root, there ?? null);
      }
      box.checked = !row.isHidden;
      root.classList.toggle('is-hidden', row.isHidden);
      setText(value, row.value === undefined ? '' : formatValue(row.value));
      value.title = row.value === undefined ? '' : formatExact(row.value);
    });
    this.markStrong();
  }

  /** Marks the rows of the line that is pointed at. */
  showStrong(line: string | undefined): void {
    if (line !== this.strong) {
      this.strong = line;
      this.markStrong();
    }
  }

  private markStrong(): void {
    for (const { root } of this.rows.values()) {
      root.classList.toggle('is-strong', this.strong !== undefined && root.dataset.line === this.strong);
    }
  }

  private row(row: RunRow, shared: number | undefined): BuiltRow {
    const { run } = row;
    const look = JSON.stringify([run, row.name, row.style, row.line, row.canTakeOut, row.hasOwnLook, shared]);
    const known = this.rows.get(run.key);
    if (known?.look === look) {
      return known;
    }
    const created = this.build(row, shared, look);
    known?.root.replaceWith(created.root);
    this.rows.set(run.key, created);
    return created;
  }

  private build(row: RunRow, shared: number | undefined, look: string): BuiltRow {
    const { run, name, style, line, canTakeOut, hasOwnLook } = row;
    const { ports } = this;
    const box = element('input', { attributes: { type: 'checkbox', 'aria-label': `Show ${name}` } });
    box.addEventListener('change', () => ports.toggle(run.key));
    const place = [run.projectName, run.connectionLabel].filter((part) => part !== null).join(' on ');
    const open = element(
      'button',
      {
        class: 'run-name',
        title: `${name}\n${place}\nOpen the live panel of this run`,
        attributes: { type: 'button' },
      },
      [...nameParts(name, shared)],
    );
    open.addEventListener('click', () => ports.deed(run.key, 'open'));
    const value = element('span', { class: 'run-value' });
    const more = element('button', {
      class: 'run-more',
      attributes: { type: 'button', 'aria-label': `More of ${name}`, 'aria-haspopup': 'menu' },
    });
    more.append(icon(icons.ellipsis));
    more.addEventListener('click', () =>
      openMenu(more, `More of ${name}`, [
        { label: 'Show Only This Run', run: () => ports.showOnly(run.key) },
        { label: 'Open Live Panel', run: () => ports.deed(run.key, 'open') },
        { label: 'Reveal in Tree', run: () => ports.deed(run.key, 'reveal') },
        { label: 'Copy Name', run: () => ports.deed(run.key, 'copyName') },
        { label: 'More Actions…', run: () => openEditorMenu(root, more) },
        ...(canTakeOut
          ? ([
              'line',
              { label: 'Take Out of This Panel', run: () => ports.deed(run.key, 'takeOut') },
            ] as const)
          : []),
      ]),
    );
    const sample = this.sample(run.key, name, style, hasOwnLook);
    const root = element('li', { class: 'run' }, [box, sample, signOf(run), open, value, more]);
    root.dataset.line = line ?? '';
    offerTaskMenu(root, run.ref, run.menu ?? undefined);
    root.addEventListener('pointerenter', () => ports.point(line));
    open.addEventListener('focus', () => ports.point(line));
    open.addEventListener('blur', () => ports.point(undefined));
    return { root, look, box, value };
  }

  private sample(run: string, name: string, style: LineStyle, hasOwnLook: boolean): HTMLElement {
    if (!hasOwnLook) {
      return element('span', { class: 'legend-look' }, [lineSample(style)]);
    }
    const sample = element('button', {
      class: 'legend-look',
      title: 'Choose colour and dashes',
      attributes: { type: 'button', 'aria-label': `Look of ${name}`, 'aria-haspopup': 'dialog' },
    });
    sample.append(lineSample(style));
    sample.addEventListener('click', () => this.ports.chooseLook(run, name, sample));
    return sample;
  }
}

/** The editor's own menu, which it shows where the right button is pressed, too. */
function openEditorMenu(row: HTMLElement, anchor: HTMLElement): void {
  const { left, bottom } = anchor.getBoundingClientRect();
  row.dispatchEvent(new MouseEvent('contextmenu', { bubbles: true, clientX: left, clientY: bottom }));
}

/** The run's state; where its points could not be read, that. */
function signOf(run: RunView): HTMLElement {
  const { status } = run;
  const isFailed = run.phase === 'failed';
  const words = stateWords(run);
  const sign = element('span', { class: 'status run-sign', title: words });
  sign.dataset.status = isFailed ? 'unread' : (status ?? 'unknown');
  sign.append(
    isFailed ? icon(icons.warning) : statusSign(status ?? 'unknown'),
    element('span', { class: 'visually-hidden', text: words }),
  );
  setShown(sign, isFailed || status !== null);
  return sign;
}

function stateWords({ status, phase, failure }: RunView): string {
  switch (phase) {
    case 'failed':
      return `${failure?.message ?? ''} ${failure?.nextStep ?? ''}`.trim();
    case 'read':
      return statusLabel(status ?? 'unknown');
    case 'waiting':
    case 'reading':
      return 'Reading the points…';
  }
}
