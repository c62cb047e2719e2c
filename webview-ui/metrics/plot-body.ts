import type { OutputContent } from '../../src/features/metrics/panel-contract';
import { element, setShown } from '../kit/dom';
import { toCss } from '../kit/colour';
import type { PlotDrawer } from '../kit/plot-drawer';
import { readTheme } from '../kit/theme';
import { readFigure, type ReadFigure } from './figure';
import { figureTable } from './figure-table-view';
import type { OutputBody } from './output-card';

/** A plot of a card: its figure, its tables, and what is not shown of it. */
export class PlotBody implements OutputBody {
  readonly root = element('div', { class: 'plot-body' });
  private readonly figure = element('div', { class: 'plot-figure', attributes: { role: 'figure' } });
  private readonly tables = element('div', { class: 'plot-tables' });
  private readonly note = element('p', { class: 'quiet', text: 'Reading…' });
  private drawer: PlotDrawer | undefined;

  constructor(private readonly loadDrawer: () => Promise<PlotDrawer>) {
    this.figure.hidden = true;
    this.root.append(this.figure, this.tables, this.note);
  }

  show(content: OutputContent, label: string): void {
    const read = content.form === 'json' ? readFigure(content.text) : undefined;
    if (read === undefined) {
      this.say([
        content.form === 'none'
          ? content.reason
          : 'This plot is not readable. Open its data to see what came.',
      ]);
      setShown(this.figure, false);
      this.tables.replaceChildren();
      return;
    }
    this.figure.setAttribute('aria-label', read.title === '' ? label : `${label}: ${read.title}`);
    this.tables.replaceChildren(...read.tables.map(figureTable));
    this.say(read.notes);
    void this.draw(read);
  }

  clear(): void {
    if (!this.figure.hidden) {
      this.drawer?.clear(this.figure);
    }
  }

  private async draw({ figure }: ReadFigure): Promise<void> {
    setShown(this.figure, figure !== undefined);
    if (figure === undefined) {
      return;
    }
    try {
      this.drawer ??= await this.loadDrawer();
      const { text, grid, background, fontFamily } = readTheme();
      await this.drawer.draw(this.figure, figure, { text, grid, background: toCss(background), fontFamily });
    } catch {
      setShown(this.figure, false);
      this.say(['This plot could not be drawn. Open its data to see what came.']);
    }
  }

  private say(sentences: readonly string[]): void {
    this.note.textContent = sentences.join(' ');
    setShown(this.note, sentences.length > 0);
  }
}
