import type { OutputContent } from '../../src/features/metrics/panel-contract';
import { element, setShown } from '../kit/dom';
import { toCss } from '../kit/colour';
import type { Figure, PlotDrawer, PlotLook } from '../kit/plot-drawer';
import { readTheme } from '../kit/theme';
import { readFigure, type ReadFigure } from './figure';
import { figureTable } from './figure-table-view';
import { figureValues } from './figure-values';
import type { OutputBody } from './output-card';

/** A plot of a card: its figure, its tables, and what is not shown of it. */
export class PlotBody implements OutputBody {
  readonly root = element('div', { class: 'plot-body' });
  private readonly figure = element('div', { class: 'plot-figure', attributes: { role: 'figure' } });
  private readonly tables = element('div', { class: 'plot-tables' });
  private readonly values = element('div', { class: 'plot-values' });
  private readonly twin = element('details', { class: 'plot-twin' }, [
    element('summary', { text: 'Values' }),
    this.values,
  ]);
  private drawn: Figure | undefined;
  private label = '';
  private readonly note = element('p', { class: 'quiet', text: 'Reading…' });
  private drawer: PlotDrawer | undefined;

  constructor(private readonly loadDrawer: () => Promise<PlotDrawer>) {
    this.figure.hidden = true;
    setShown(this.twin, false);
    this.twin.addEventListener('toggle', () => this.showValues());
    this.root.append(this.figure, this.tables, this.twin, this.note);
  }

  show(content: OutputContent, label: string): void {
    this.label = label;
    this.drawn = undefined;
    const read = content.form === 'json' ? readFigure(content.text) : undefined;
    if (read === undefined) {
      this.say([
        content.form === 'none'
          ? content.reason
          : 'This plot is not readable. Open its data to see what came.',
      ]);
      setShown(this.figure, false);
      this.tables.replaceChildren();
      this.showValues();
      return;
    }
    this.figure.setAttribute('aria-label', read.title === '' ? label : `${label}: ${read.title}`);
    this.tables.replaceChildren(
      ...read.tables.map((table, index) => figureTable(table, `Table ${index + 1} of ${label}`)),
    );
    this.say(read.notes);
    this.drawn = read.figure;
    this.showValues();
    void this.draw(read);
  }

  /** Undefined while there is no figure. */
  picture(): (() => Promise<string>) | undefined {
    const { drawn } = this;
    return drawn && (async () => (await this.drawerOnce()).picture(this.figure, drawn, lookNow()));
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
      await (await this.drawerOnce()).draw(this.figure, figure, lookNow());
    } catch {
      setShown(this.figure, false);
      this.say(['This plot could not be drawn. Open its data to see what came.']);
    }
  }

  private async drawerOnce(): Promise<PlotDrawer> {
    return (this.drawer ??= await this.loadDrawer());
  }

  /** The numbers behind the figure, made when somebody wants to see them. */
  private showValues(): void {
    const { drawn, twin } = this;
    setShown(twin, drawn !== undefined);
    const all = drawn !== undefined && twin.open ? figureValues(drawn.traces) : [];
    const tables = all.map(({ name, table }) =>
      element('div', {}, [
        ...(all.length > 1 ? [element('h3', { class: 'ellipsis', text: name })] : []),
        figureTable(table, `${name} of ${this.label}`),
      ]),
    );
    const none = element('p', { class: 'quiet', text: 'Open the data of this plot to see its values.' });
    this.values.replaceChildren(...(tables.length === 0 ? [none] : tables));
  }

  private say(sentences: readonly string[]): void {
    this.note.textContent = sentences.join(' ');
    setShown(this.note, sentences.length > 0);
  }
}

function lookNow(): PlotLook {
  const { text, grid, background, fontFamily } = readTheme();
  return { text, grid, background: toCss(background), fontFamily };
}
