import { exactDuration } from '../../src/features/trees/relative-time';
import type {
  LoadHostMessage,
  LoadPageMessage,
  LoadPersisted,
  LoadRef,
  LoadSpanName,
  LoadState,
  WorkerState,
} from '../../src/features/workers/load-contract';
import { LOAD_SPANS } from '../../src/features/workers/load-contract';
import { button, dropdown } from '../kit/control-elements';
import { element, setShown, setText } from '../kit/dom';
import type { PagePorts } from '../kit/start-page';
import { LoadChart } from './load-chart';
import { chartsOf, type LoadChartModel } from './load-model';
import type { LoadPicturePorts } from './load-picture';
import { LoadTable } from './load-table';

const SPAN_LABELS: Readonly<Record<LoadSpanName, string>> = {
  '30min': 'Last 30 minutes',
  '3h': 'Last 3 hours',
  '24h': 'Last 24 hours',
  '7d': 'Last 7 days',
};

/** The whole panel: which worker, how far back, and a chart for everything that it reports. */
export class LoadPage {
  readonly root: HTMLElement;
  private readonly title = element('h1', { class: 'ellipsis', text: 'Load' });
  private readonly facts = element('p', { class: 'facts' });
  private readonly notice = element('p', { class: 'notice', attributes: { role: 'status' } });
  private readonly note = element('p', { class: 'note' });
  /** What was done with a picture. */
  private readonly said = element('p', { class: 'note', attributes: { role: 'status' } });
  private readonly place = element('div', { class: 'charts' });
  private readonly retry = button({ label: 'Try Again', onClick: () => this.ports.post({ type: 'retry' }) });
  private readonly openTask = button({ label: 'Open Task', onClick: () => this.openRun() });
  private readonly asTable = button({ label: 'Show as Table', onClick: () => this.toggleTable() });
  private readonly spans = dropdown({
    label: 'Time',
    isLabelHidden: true,
    choices: LOAD_SPANS.map((value) => ({ value, label: SPAN_LABELS[value] })),
    value: '3h',
    onChange: (span) => this.choose(span),
  });
  private readonly pictures: LoadPicturePorts = {
    worker: () => this.title.textContent,
    save: (name, format, bytes) => this.ports.post({ type: 'savePicture', name, format, bytes }),
    say: (sentence) => setText(this.said, sentence),
  };
  private charts: LoadChart[] = [];
  private titles = '';
  private ref: LoadRef | undefined;
  private span: LoadSpanName = '3h';
  private load: LoadState | undefined;
  private worker: WorkerState | undefined;
  /** Why what is shown could not be read again; until it is. */
  private problem: string | undefined;
  private readonly table = new LoadTable();
  private isTable = false;

  constructor(private readonly ports: PagePorts<LoadPageMessage, LoadPersisted>) {
    this.root = element('main', { class: 'panel' }, [
      element('header', {}, [
        this.title,
        element('div', { class: 'tools' }, [this.spans.root, this.asTable.root, this.openTask.root]),
      ]),
      this.facts,
      this.notice,
      this.retry.root,
      this.place,
      this.note,
      this.said,
    ]);
    setText(this.notice, 'Reading…');
    setShown(this.retry.root, false);
    setShown(this.openTask.root, false);
  }

  receive(message: LoadHostMessage): void {
    switch (message.type) {
      case 'open':
        this.ref = message.ref;
        this.span = message.span;
        this.spans.set(message.span);
        this.save();
        return;
      case 'worker':
        this.worker = message.worker;
        setText(this.title, message.worker.name);
        setText(this.facts, message.worker.facts.join(' · '));
        setShown(this.openTask.root, message.worker.taskId !== undefined);
        this.draw();
        return;
      case 'load':
        if (message.load.span === this.span) {
          this.load = message.load;
          this.problem = undefined;
          this.draw();
        }
        return;
      case 'failed':
        this.problem = `${message.message} ${message.nextStep}`.trim();
        if (this.load === undefined) {
          // What is still there is of another time than the one that was chosen.
          this.forgetCharts();
          this.place.replaceChildren();
        }
        this.drawNotice('');
        return;
    }
  }

  private choose(span: LoadSpanName): void {
    this.span = span;
    this.load = undefined;
    this.problem = undefined;
    this.drawNotice('Reading…');
    this.ports.post({ type: 'span', span });
    this.save();
  }

  private openRun(): void {
    const taskId = this.worker?.taskId;
    if (taskId !== undefined) {
      this.ports.post({ type: 'openTask', taskId });
    }
  }

  private toggleTable(): void {
    this.isTable = !this.isTable;
    this.asTable.setPressed(this.isTable);
    this.titles = '';
    this.draw();
  }

  private draw(): void {
    const { load } = this;
    if (load === undefined) {
      return;
    }
    const models = chartsOf(load, this.worker?.load ?? {});
    this.drawNotice(models.length === 0 ? `Nothing was measured in the ${this.spanWords()}.` : '');
    const step = exactDuration(load.stepMs);
    setText(this.note, `Lines: means of ${step}. Bands: up to the highest within them.`);
    setShown(this.note, models.length > 0 && !this.isTable);
    if (this.isTable) {
      this.forgetCharts();
      this.table.update(models);
      this.place.replaceChildren(this.table.root);
    } else {
      this.drawCharts(models);
    }
  }

  /** What went wrong comes before all else: charts that stay must not look fresh. */
  private drawNotice(text: string): void {
    const { problem } = this;
    const stale = this.load === undefined ? '' : 'Not up to date. ';
    const shown = problem === undefined ? text : `${stale}${problem}`;
    setText(this.notice, shown);
    setShown(this.notice, shown !== '');
    setShown(this.retry.root, problem !== undefined);
  }

  /** Charts stay, with their focus, as long as the same ones are shown. */
  private drawCharts(models: readonly LoadChartModel[]): void {
    const titles = models.map(({ title }) => title).join('\n');
    if (titles === this.titles) {
      models.forEach((model, index) => this.charts[index]?.update(model));
      return;
    }
    this.forgetCharts();
    this.titles = titles;
    const read = (index: number | undefined): void => this.charts.forEach((chart) => chart.setCursor(index));
    this.charts = models.map((model) => new LoadChart(model, read, this.pictures));
    this.place.replaceChildren(...this.charts.map(({ root }) => root));
  }

  private forgetCharts(): void {
    this.charts.splice(0).forEach((chart) => chart.dispose());
    this.titles = '';
  }

  private spanWords(): string {
    return SPAN_LABELS[this.span].toLowerCase();
  }

  private save(): void {
    if (this.ref !== undefined) {
      this.ports.save({ ref: this.ref, span: this.span });
    }
  }
}
