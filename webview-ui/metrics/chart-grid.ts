import type { Disposable } from '../../src/core/disposable';
import { element, setShown, setText } from '../shared/dom';
import { ChartCard } from './chart-card';
import type { ChartCardHost } from './chart-card-host';
import { groupOf, type PanelMetric } from './panel-model';

/** Charts this far outside the visible part are drawn already. */
const NEAR_MARGIN = '300px 0px';
/** The first charts are drawn without waiting for the browser to say that they are visible. */
const AT_ONCE = 6;
/** Groups of machine figures are folded at first. */
const FOLDED_AT_FIRST = ['System'];

interface Group {
  readonly root: HTMLDetailsElement | HTMLElement;
  readonly grid: HTMLElement;
  readonly count: HTMLElement | undefined;
}

export interface ChartGridHost extends ChartCardHost {
  /** Cards came near or went away. */
  mountedChanged(): void;
}

/** All charts in their groups. Ten thousand of them are only empty frames until they come near the visible part. */
export class ChartGrid implements Disposable {
  readonly root = element('div', { class: 'groups' });
  private readonly cards = new Map<string, ChartCard>();
  private readonly byRoot = new Map<Element, ChartCard>();
  private readonly groups = new Map<string, Group>();
  private readonly observer: IntersectionObserver;

  constructor(private readonly host: ChartGridHost) {
    this.observer = new IntersectionObserver((changes) => this.observed(changes), {
      rootMargin: NEAR_MARGIN,
    });
  }

  /** Cards whose charts exist now. */
  get mounted(): readonly ChartCard[] {
    return [...this.cards.values()].filter((card) => card.isMounted);
  }

  card(metric: string): ChartCard | undefined {
    return this.cards.get(metric);
  }

  /** Makes the cards those of these metrics, keeping the ones that stay. */
  reconcile(metrics: ReadonlyMap<string, PanelMetric>): void {
    for (const [name, card] of this.cards) {
      if (!metrics.has(name)) {
        this.remove(name, card);
      }
    }
    const counts = new Map<string, number>();
    for (const metric of metrics.values()) {
      const groupName = groupOf({ metric: metric.name });
      counts.set(groupName, (counts.get(groupName) ?? 0) + 1);
      const card = this.cards.get(metric.name);
      if (card === undefined) {
        this.add(metric, groupName);
      } else {
        card.update(metric);
      }
    }
    for (const [name, group] of this.groups) {
      const count = counts.get(name) ?? 0;
      setShown(group.root, count > 0);
      if (group.count !== undefined) {
        setText(group.count, String(count));
      }
    }
  }

  drawAll(): void {
    this.mounted.forEach((card) => card.draw());
  }

  dispose(): void {
    this.observer.disconnect();
    this.cards.forEach((card) => card.dispose());
  }

  private add(metric: PanelMetric, groupName: string): void {
    const card = new ChartCard(metric, this.host);
    this.cards.set(metric.name, card);
    this.byRoot.set(card.root, card);
    this.group(groupName).grid.append(card.root);
    if (this.cards.size <= AT_ONCE) {
      card.mount();
    }
    this.observer.observe(card.root);
  }

  private remove(name: string, card: ChartCard): void {
    this.observer.unobserve(card.root);
    this.byRoot.delete(card.root);
    this.cards.delete(name);
    card.dispose();
  }

  private group(name: string): Group {
    const known = this.groups.get(name);
    if (known !== undefined) {
      return known;
    }
    const grid = element('div', { class: 'grid' });
    const created = name === '' ? { root: grid, grid, count: undefined } : this.foldingGroup(name, grid);
    this.groups.set(name, created);
    if (name === '') {
      this.root.prepend(created.root);
    } else {
      this.root.append(created.root);
    }
    return created;
  }

  private foldingGroup(name: string, grid: HTMLElement): Group {
    const count = element('span', { class: 'group-count' });
    const summary = element('summary', {}, [element('h2', { text: name }), count]);
    const root = element('details', { class: 'group' }, [summary, grid]);
    const folded = this.host.model.view.folded ?? FOLDED_AT_FIRST;
    root.open = !folded.includes(name);
    root.addEventListener('toggle', () => this.groupToggled(name, root.open));
    return { root, grid, count };
  }

  private groupToggled(name: string, isOpen: boolean): void {
    const { model } = this.host;
    const before = model.view.folded ?? FOLDED_AT_FIRST;
    if (before.includes(name) === isOpen) {
      model.setView({ folded: isOpen ? before.filter((other) => other !== name) : [...before, name] });
      this.host.viewChanged();
    }
  }

  private observed(changes: readonly IntersectionObserverEntry[]): void {
    for (const { target, isIntersecting } of changes) {
      const card = this.byRoot.get(target);
      if (isIntersecting) {
        card?.mount();
      } else {
        card?.unmount();
      }
    }
    this.host.mountedChanged();
  }
}
