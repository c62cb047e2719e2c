import type { OutputContent } from '../../src/features/metrics/panel-contract';
import { element, setShown, setText } from '../kit/dom';
import type { OutputBody } from './output-card';

type ImageContent = Extract<OutputContent, { form: 'image' }>;
type TextContent = Extract<OutputContent, { form: 'text' }>;

/** An image of a card, which a click shows as wide as the page; or the text of another file. */
export class ImageBody implements OutputBody {
  readonly root = element('div', { class: 'image-body' });
  private readonly note = element('p', { class: 'quiet', text: 'Reading…' });
  private readonly image = element('img', { attributes: { tabindex: '0', role: 'button' } });
  private readonly text = element('pre', {
    class: 'media-text',
    attributes: { tabindex: '0', role: 'region' },
  });
  private address: string | undefined;

  constructor(private readonly toggleWide: () => void) {
    this.image.hidden = true;
    this.text.hidden = true;
    this.image.title = 'Make it wider or narrower';
    this.image.addEventListener('click', () => this.toggleWide());
    this.image.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' || event.key === ' ') {
        event.preventDefault();
        this.toggleWide();
      }
    });
    this.image.addEventListener('error', () =>
      this.say('The image is damaged. Save it to look at the file.'),
    );
    this.root.append(this.image, this.text, this.note);
  }

  show(content: OutputContent, label: string): void {
    switch (content.form) {
      case 'image':
        this.showImage(content, label);
        return;
      case 'text':
        this.showText(content, label);
        return;
      case 'none':
        this.say(content.reason);
        return;
      case 'json':
        this.say('This is no image.');
    }
  }

  private showText({ text, isCut }: TextContent, label: string): void {
    setText(this.text, isCut ? `${text}\n… The rest is in the file: save it.` : text);
    this.text.setAttribute('aria-label', label);
    this.showOnly(this.text);
  }

  private showImage(content: ImageContent, label: string): void {
    const before = this.address;
    this.address = URL.createObjectURL(new Blob([content.bytes], { type: content.mediaType }));
    this.image.src = this.address;
    this.image.alt = label;
    this.showOnly(this.image);
    if (before !== undefined) {
      URL.revokeObjectURL(before);
    }
  }

  clear(): void {
    setText(this.text, '');
    setShown(this.text, false);
    if (this.address !== undefined) {
      URL.revokeObjectURL(this.address);
      this.address = undefined;
      this.image.removeAttribute('src');
      setShown(this.image, false);
    }
  }

  private say(text: string): void {
    this.note.textContent = text;
    this.showOnly(this.note);
  }

  private showOnly(shown: HTMLElement): void {
    [this.image, this.text, this.note].forEach((part) => setShown(part, part === shown));
  }
}
