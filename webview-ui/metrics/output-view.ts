import type { Disposable } from '../../src/core/disposable';
import { seriesKey } from '../../src/core/series';
import type {
  OutputContent,
  OutputItem,
  OutputKind,
  OutputState,
} from '../../src/features/metrics/panel-contract';
import type { PanelMessage } from '../../src/features/metrics/panel-messages';
import { button, textField } from '../kit/control-elements';
import { element, setShown, setText } from '../kit/dom';
import { staleNote } from '../kit/stale-note';
import { formatCount } from './format';
import { OutputCard, type OutputBody } from './output-card';

const NEAR_MARGIN = '300px 0px';
/** With fewer cards there is nothing to look for. */
const FILTER_FROM = 6;

export interface OutputViewPorts {
  post(message: PanelMessage): void;
  /** `toggleWide` makes the card as wide as the page and back. */
  createBody(toggleWide: () => void): OutputBody;
}

interface Named {
  readonly name: string;
  readonly card: OutputCard;
}

/** All plots or all images of a task, by name; only those near the visible part hold anything. */
export class OutputView implements Disposable {
  readonly root = element('div', { class: 'outputs' });
  /** Above the cards, which stay when they cannot be read again. */
  private readonly stale = element('p', { attributes: { role: 'status' } });
  private readonly note = element('p', { class: 'quiet' });
  private readonly grid: HTMLElement;
  private readonly more: HTMLElement;
  private readonly filter: HTMLElement;
  private readonly none = element('p', { class: 'quiet', text: 'No name contains this.' });
  private readonly cards = new Map<string, Named>();
  private readonly byRoot = new Map<Element, OutputCard>();
  private readonly observer: IntersectionObserver;
  private words = '';

  constructor(
    private readonly kind: OutputKind,
    private readonly ports: OutputViewPorts,
  ) {
    this.grid = element('div', { class: `output-grid ${kind}` });
    this.more = button({
      label: 'Show older',
      title: `Read ${kind} of earlier iterations too`,
      onClick: () => ports.post({ type: 'moreOutput', kind }),
    }).root;
    this.filter = textField({
      label: `Filter ${kind}`,
      placeholder: `Filter ${kind} by name`,
      value: '',
      onInput: (text) => {
        this.words = text.trim().toLowerCase();
        this.applyFilter();
      },
    }).root;
    [this.stale, this.more, this.filter, this.none].forEach((part) => setShown(part, false));
    const foot = element('div', { class: 'output-foot' }, [this.note, this.more]);
    this.root.append(this.stale, this.filter, this.none, this.grid, foot);
    this.observer = new IntersectionObserver(
      (changes) =>
        changes.forEach(({ target, isIntersecting }) => this.byRoot.get(target)?.setNear(isIntersecting)),
      { rootMargin: NEAR_MARGIN },
    );
    this.say('Reading…');
  }

  update(state: OutputState): void {
    const stale = state.phase === 'ready' ? staleNote(state.staleReason) : '';
    setText(this.stale, stale);
    setShown(this.stale, stale !== '');
    switch (state.phase) {
      case 'reading':
        this.say('Reading…');
        return;
      case 'failed':
        this.say(`The ${this.kind} could not be read. ${state.failure.message} ${state.failure.nextStep}`);
        return;
      case 'unsupported':
        this.say(state.reason);
        return;
      case 'ready':
        this.reconcile(state.items);
        this.say(this.summary(state));
        setShown(this.more, state.hasMore);
        return;
    }
  }

  receive(key: string, content: OutputContent): void {
    for (const { card } of this.cards.values()) {
      if (card.receive(key, content)) {
        return;
      }
    }
  }

  redraw(): void {
    this.cards.forEach(({ card }) => card.redraw());
  }

  dispose(): void {
    this.observer.disconnect();
  }

  private reconcile(items: readonly OutputItem[]): void {
    const groups = Map.groupBy(items, seriesKey);
    for (const [key, { card }] of this.cards) {
      if (!groups.has(key)) {
        this.observer.unobserve(card.root);
        card.setNear(false);
        card.root.remove();
        this.byRoot.delete(card.root);
        this.cards.delete(key);
      }
    }
    let place = this.grid.firstElementChild;
    for (const [key, group] of groups) {
      const known = this.cards.get(key) ?? this.add(key, group);
      known?.card.update(group);
      if (known !== undefined && known.card.root === place) {
        place = place.nextElementSibling; // a card that stands where it belongs keeps the focus
      } else if (known !== undefined) {
        this.grid.insertBefore(known.card.root, place);
      }
    }
    setShown(this.filter, this.cards.size >= FILTER_FROM);
    this.applyFilter();
  }

  private add(key: string, [first]: readonly OutputItem[]): Named | undefined {
    if (first === undefined) {
      return undefined;
    }
    const { metric, variant } = first;
    const name = variant === '' || variant === metric ? metric : `${metric} / ${variant}`;
    const body = this.ports.createBody(() => card.root.classList.toggle('wide'));
    const card = new OutputCard(name, this.kind, body, {
      want: (wanted) => this.ports.post({ type: 'wantOutput', kind: this.kind, key: wanted }),
      save: (format, bytes) => this.ports.post({ type: 'saveChart', metric: name, format, bytes }),
      open: (opened) => this.ports.post({ type: 'openOutput', kind: this.kind, key: opened }),
    });
    const named = { name, card };
    this.cards.set(key, named);
    this.byRoot.set(card.root, card);
    this.observer.observe(card.root);
    return named;
  }

  private applyFilter(): void {
    let shown = 0;
    for (const { name, card } of this.cards.values()) {
      const fits = name.toLowerCase().includes(this.words);
      setShown(card.root, fits);
      shown += Number(fits);
    }
    setShown(this.none, shown === 0 && this.cards.size > 0);
  }

  private summary({ items, iterations }: Extract<OutputState, { phase: 'ready' }>): string {
    if (items.length === 0) {
      return `The task has reported no ${this.kind}.`;
    }
    const last =
      iterations === 1 ? 'the newest iteration' : `the newest ${formatCount(iterations)} iterations`;
    const noun = items.length === 1 ? this.kind.slice(0, -1) : this.kind;
    return `${formatCount(items.length)} ${noun} from ${last} of each.`;
  }

  private say(text: string): void {
    setText(this.note, text);
  }
}
