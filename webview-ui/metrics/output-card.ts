import * as icons from '../kit/icon-images';
import type { OutputContent, OutputItem, OutputKind } from '../../src/features/metrics/panel-contract';
import { button } from '../kit/control-elements';
import { openMenu } from '../kit/menu';
import { pictureEntries, type PicturePorts } from '../kit/picture-menu';
import { element, setShown, setText } from '../kit/dom';
import { formatCount } from './format';

export interface OutputCardPorts {
  want(key: string): void;
  open(key: string): void;
  /** A picture of what is shown, for a file. */
  save(...file: Parameters<PicturePorts['save']>): void;
}

/** Draws one content within a card. */
export interface OutputBody {
  readonly root: HTMLElement;
  /** What the picture is of, for those who do not see it. */
  show(content: OutputContent, label: string): void;
  /** Draws it as an SVG document; undefined while there is nothing to draw. Absent: there never is. */
  picture?(): (() => Promise<string>) | undefined;
  /** The card left the visible part: lets go of what takes memory. */
  clear(): void;
}

/** One plot or image through the iterations it was reported at. */
export class OutputCard {
  readonly root: HTMLElement;
  private readonly place = element('span', { class: 'quiet' });
  private readonly slider = element('input', {
    class: 'iteration-slider',
    attributes: { type: 'range', min: '0', step: '1' },
  });
  private readonly pictures = button({
    label: '',
    icon: icons.ellipsis,
    isIconOnly: true,
    title: 'Picture…',
    onClick: () => this.openPictures(),
  });
  private readonly said = element('p', { class: 'quiet', attributes: { role: 'status' } });
  private items: readonly OutputItem[] = [];
  private chosen: OutputItem | undefined;
  private isNear = false;
  /** Key of what is shown or on its way. */
  private asked: string | undefined;

  constructor(
    private readonly name: string,
    kind: OutputKind,
    private readonly body: OutputBody,
    private readonly ports: OutputCardPorts,
  ) {
    this.slider.setAttribute('aria-label', `Iteration of ${name}`);
    this.slider.addEventListener('input', () => this.choose(this.items[Number(this.slider.value)]));
    const open = button({
      label: kind === 'plots' ? `Open the data of ${name}` : `Save ${name}`,
      icon: kind === 'plots' ? icons.output : icons.save,
      isIconOnly: true,
      onClick: () => {
        if (this.chosen !== undefined) {
          ports.open(this.chosen.key);
        }
      },
    });
    const heading = element('div', { class: 'output-heading' }, [
      element('h2', { class: 'ellipsis', text: name, title: name }),
      this.place,
      open.root,
      this.pictures.root,
    ]);
    this.pictures.root.setAttribute('aria-label', `Picture of ${name}`);
    this.pictures.root.setAttribute('aria-haspopup', 'menu');
    [this.pictures.root, this.said].forEach((part) => setShown(part, false));
    this.root = element('section', { class: `output-card ${kind}`, attributes: { 'aria-label': name } }, [
      heading,
      this.slider,
      body.root,
      this.said,
    ]);
  }

  /** All iterations of this card; one that showed the newest goes on showing the newest. */
  update(items: readonly OutputItem[]): void {
    const sorted = [...items].sort((a, b) => a.iteration - b.iteration);
    const wasNewest = this.chosen === undefined || this.chosen.key === this.items.at(-1)?.key;
    const kept = sorted.find(({ key }) => key === this.chosen?.key);
    this.items = sorted;
    this.slider.max = String(Math.max(0, sorted.length - 1));
    setShown(this.slider, sorted.length > 1);
    this.choose(wasNewest ? sorted.at(-1) : (kept ?? sorted.at(-1)));
  }

  setNear(isNear: boolean): void {
    if (isNear === this.isNear) {
      return;
    }
    this.isNear = isNear;
    if (isNear) {
      this.ask();
    } else {
      this.asked = undefined;
      this.body.clear();
    }
  }

  /** Content that came; false when it is not for this card. */
  receive(key: string, content: OutputContent): boolean {
    if (key !== this.asked || this.chosen === undefined) {
      return false;
    }
    this.body.show(content, `${this.name} at iteration ${formatCount(this.chosen.iteration)}`);
    setShown(this.pictures.root, this.body.picture?.() !== undefined);
    return true;
  }

  /** The theme changed: what is shown is asked for again. */
  redraw(): void {
    this.asked = undefined;
    this.ask();
  }

  private openPictures(): void {
    const svg = this.body.picture?.();
    if (svg !== undefined) {
      const entries = pictureEntries({
        svg,
        save: (format, bytes) => this.ports.save(format, bytes),
        say: (sentence) => {
          setText(this.said, sentence);
          setShown(this.said, true);
        },
      });
      openMenu(this.pictures.root, `Picture of ${this.name}`, entries);
    }
  }

  private choose(item: OutputItem | undefined): void {
    setShown(this.said, false);
    this.chosen = item;
    if (item !== undefined) {
      const index = this.items.indexOf(item);
      this.slider.value = String(index);
      this.slider.setAttribute('aria-valuetext', `iteration ${item.iteration}`);
      const of = this.items.length > 1 ? ` · ${index + 1} of ${this.items.length}` : '';
      setText(this.place, `iteration ${formatCount(item.iteration)}${of}`);
      this.ask();
    }
  }

  private ask(): void {
    if (this.isNear && this.chosen !== undefined && this.asked !== this.chosen.key) {
      this.asked = this.chosen.key;
      this.ports.want(this.chosen.key);
    }
  }
}
