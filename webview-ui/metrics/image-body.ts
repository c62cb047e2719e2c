import type { OutputContent } from '../../src/features/metrics/panel-contract';
import { element, setShown } from '../shared/dom';
import type { OutputBody } from './output-card';

/** An image of a card; a click shows it as wide as the page. */
export class ImageBody implements OutputBody {
  readonly root = element('div', { class: 'image-body' });
  private readonly note = element('p', { class: 'quiet', text: 'Reading…' });
  private readonly image = element('img', { attributes: { tabindex: '0', role: 'button' } });
  private address: string | undefined;

  constructor(private readonly toggleWide: () => void) {
    this.image.hidden = true;
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
    this.root.append(this.image, this.note);
  }

  show(content: OutputContent, label: string): void {
    if (content.form !== 'image') {
      this.say(content.form === 'none' ? content.reason : 'This is no image.');
      return;
    }
    const before = this.address;
    this.address = URL.createObjectURL(new Blob([content.bytes], { type: content.mediaType }));
    this.image.src = this.address;
    this.image.alt = label;
    setShown(this.image, true);
    setShown(this.note, false);
    if (before !== undefined) {
      URL.revokeObjectURL(before);
    }
  }

  clear(): void {
    if (this.address !== undefined) {
      URL.revokeObjectURL(this.address);
      this.address = undefined;
      this.image.removeAttribute('src');
      setShown(this.image, false);
    }
  }

  private say(text: string): void {
    this.note.textContent = text;
    setShown(this.note, true);
    setShown(this.image, false);
  }
}
