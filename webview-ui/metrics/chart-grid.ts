import type { Disposable } from '../../src/core/disposable';
import { element, setShown, setText } from '../kit/dom';
import { ChartCard } from './chart-card';
import type { ChartCardHost } from './chart-card-host';
import { groupCharts, MACHINE_GROUP, type ChartGroup } from './chart-groups';
import type { PanelMetric } from './panel-series';

/** Charts this far outside the visible part are drawn already. */
const NEAR_MARGIN = '300px 0px';
/** The first charts are drawn without waiting for the browser to say that they are visible. */
const AT_ONCE = 6;
/** More frames than fit on a screen. Those of thousands take longer than the first curves, so they follow a frame later. */
const FRAMES_AT_ONCE = 60;
const FOLDED_AT_FIRST = [MACHINE_GROUP];

interface Group {
  readonly root: HTMLElement;
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
  /** The page's next frame, after which the frames of the other cards are made. */
  private nextFrame = 0;
  private nextTurn: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly host: ChartGridHost) {
    this.observer = new IntersectionObserver((changes) => this.observed(changes), {
      rootMargin: NEAR_MARGIN,
    });
  }

  /** Cards whose charts exist now. */
  get mounted(): readonly ChartCard[] {
    return [...this.cards.values()].filter((card) => card.isMounted);
  }

  card(id: string): ChartCard | undefined {
    return this.cards.get(id);
  }

  /** Makes the cards those of these metrics, keeping the ones that stay; of the very first only as many as can be seen. */
  reconcile(metrics: ReadonlyMap<string, PanelMetric>): void {
    this.waitNoLonger();
    for (const [id, card] of this.cards) {
      if (metrics.get(id)?.name !== card.name) {
        this.remove(id, card);
      }
    }
    const { model } = this.host;
    const members = new Map<string, Group>();
    for (const [{ id }, groupId] of groupCharts(metrics.values(), ({ id }) => model.isPinned(id))) {
      members.set(id, this.group(groupId));
    }
    const pinned = model.view.pinned.filter((id) => members.has(id));
    const ids = [...pinned, ...[...members.keys()].filter((id) => !pinned.includes(id))];
    const made = this.cards.size === 0 ? ids.slice(0, FRAMES_AT_ONCE) : ids;
    for (const id of made) {
      this.make(metrics.get(id), members.get(id));
    }
    this.layOut(made, members);
    if (made.length < ids.length) {
      this.afterFrame(() => this.reconcile(model.visibleMetrics()));
    }
    const counts = Map.groupBy(members.values(), (group) => group);
    for (const group of this.groups.values()) {
      const count = counts.get(group)?.length ?? 0;
      setShown(group.root, count > 0);
      if (group.count !== undefined) {
        setText(group.count, String(count));
      }
    }
  }

  /** Puts the cards into their groups in this order; one that stands where it belongs is left alone. */
  private layOut(ids: readonly string[], members: ReadonlyMap<string, Group>): void {
    const focused = document.activeElement;
    const places = new Map<Group, Element | null>();
    for (const id of ids) {
      const group = members.get(id);
      const root = this.cards.get(id)?.root;
      if (group === undefined || root === undefined) {
        continue;
      }
      const place = places.get(group) ?? (places.has(group) ? null : group.grid.firstElementChild);
      if (place === root) {
        places.set(group, root.nextElementSibling);
      } else {
        group.grid.insertBefore(root, place);
        places.set(group, place);
      }
    }
    const isMoved = focused !== document.activeElement;
    if (isMoved && document.hasFocus() && focused instanceof HTMLElement && this.root.contains(focused)) {
      focused.focus();
    }
  }

  private make(metric: PanelMetric | undefined, group: Group | undefined): void {
    if (metric === undefined || group === undefined) {
      return;
    }
    const card = this.cards.get(metric.id);
    if (card === undefined) {
      this.add(metric, group);
    } else {
      card.update(metric);
    }
  }

  private afterFrame(work: () => void): void {
    this.nextFrame = requestAnimationFrame(() => {
      this.nextTurn = setTimeout(work);
    });
  }

  private waitNoLonger(): void {
    cancelAnimationFrame(this.nextFrame);
    clearTimeout(this.nextTurn);
  }

  drawAll(): void {
    this.mounted.forEach((card) => card.draw());
  }

  dispose(): void {
    this.waitNoLonger();
    this.observer.disconnect();
    this.cards.forEach((card) => card.dispose());
  }

  private add(metric: PanelMetric, group: Group): void {
    const card = new ChartCard(metric, this.host);
    this.cards.set(metric.id, card);
    this.byRoot.set(card.root, card);
    group.grid.append(card.root);
    if (this.cards.size <= AT_ONCE) {
      card.mount();
    }
    this.observer.observe(card.root);
  }

  private remove(id: string, card: ChartCard): void {
    this.observer.unobserve(card.root);
    this.byRoot.delete(card.root);
    this.cards.delete(id);
    card.dispose();
  }

  private group(id: ChartGroup): Group {
    const key = JSON.stringify(id);
    const known = this.groups.get(key);
    if (known !== undefined) {
      return known;
    }
    const grid = element('div', { class: 'grid' });
    const created = this.createGroup(id, grid);
    this.groups.set(key, created);
    switch (id.kind) {
      case 'pinned':
        this.root.prepend(created.root);
        break;
      case 'single':
        this.root.insertBefore(created.root, this.root.querySelector(':scope > .group'));
        break;
      case 'prefix':
        this.root.insertBefore(created.root, this.machineGroup());
    }
    return created;
  }

  private machineGroup(): HTMLElement | null {
    const id: ChartGroup = { kind: 'prefix', name: MACHINE_GROUP };
    const root = this.groups.get(JSON.stringify(id))?.root;
    return root?.parentElement === this.root ? root : null;
  }

  private createGroup(id: ChartGroup, grid: HTMLElement): Group {
    switch (id.kind) {
      case 'pinned': {
        const heading = element('h2', { text: 'Pinned' });
        const root = element('section', { class: 'pinned-group' }, [heading, grid]);
        return { root, grid, count: undefined };
      }
      case 'single':
        return { root: grid, grid, count: undefined };
      case 'prefix':
        return this.foldingGroup(id.name, grid);
    }
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
