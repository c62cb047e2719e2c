import { button } from '../kit/control-elements';
import { element, setShown, setText } from '../kit/dom';
import { formatDuration } from './format';
import type { CurvesModel } from './curves-model';

export interface NoticePorts {
  retry(): void;
  /** Absent where the page has no way to it. */
  showLog?(): void;
  clearFilter(): void;
  /** What there is to say while there is not one series. */
  empty(): Notice;
}

/** What metric lines look like; the same formats as in the README. */
const FORMATS = ['epoch 3 loss=0.41 acc=0.87', '{"step": 120, "loss": 0.41}', "{'loss': 0.41, 'epoch': 1.0}"];

export type Notice =
  | { readonly kind: 'none' }
  | { readonly kind: 'text'; readonly title: string; readonly text: string }
  | { readonly kind: 'waiting'; readonly title: string; readonly text: string }
  | { readonly kind: 'failed'; readonly title: string; readonly text: string }
  | { readonly kind: 'noMatch'; readonly title: string; readonly text: string };

/** One place for everything that is not a curve: what is being waited for, what went wrong, what to do about it. */
export class NoticeView {
  readonly root = element('div', { class: 'notice', attributes: { role: 'status' } });
  private readonly title = element('p', { class: 'notice-title' });
  private readonly text = element('p');
  private readonly formats = element('ul', { class: 'formats' });
  private readonly buttons = element('div', { class: 'notice-buttons' });
  private readonly clear: HTMLElement;
  private readonly retry: readonly HTMLElement[];

  constructor(
    private readonly model: CurvesModel,
    private readonly ports: NoticePorts,
  ) {
    this.formats.append(...FORMATS.map((text) => element('li', {}, [element('code', { text })])));
    this.clear = button({ label: 'Clear filter', onClick: () => ports.clearFilter() }).root;
    this.retry = [
      button({ label: 'Try again', isPrimary: true, onClick: () => ports.retry() }).root,
      ...(ports.showLog === undefined
        ? []
        : [button({ label: 'Show log', onClick: () => ports.showLog?.() }).root]),
    ];
    this.buttons.append(...this.retry, this.clear);
    this.root.append(this.title, this.text, this.formats, this.buttons);
    this.update();
  }

  update(): void {
    const notice = this.notice();
    setShown(this.root, notice.kind !== 'none');
    this.root.dataset.kind = notice.kind;
    if (notice.kind === 'none') {
      return;
    }
    setText(this.title, notice.title);
    setText(this.text, notice.text);
    setShown(this.formats, notice.kind === 'waiting');
    this.retry.forEach((root) => setShown(root, notice.kind === 'failed'));
    setShown(this.clear, notice.kind === 'noMatch');
    setShown(this.buttons, notice.kind === 'failed' || notice.kind === 'noMatch');
  }

  private notice(): Notice {
    const { feed } = this.model;
    if (feed.phase === 'failed') {
      return failedNotice(feed);
    }
    if (feed.phase === 'unsupported') {
      return { kind: 'text', title: 'No curves here', text: feed.reason };
    }
    if (this.model.seriesCount === 0) {
      return this.ports.empty();
    }
    if (this.model.visibleMetrics().size === 0 && this.model.curveCount > 0) {
      const title = `No metric contains “${this.model.view.filter.trim()}”`;
      return { kind: 'noMatch', title, text: `${this.model.curveCount} series are hidden by the filter.` };
    }
    return { kind: 'none' };
  }
}

function failedNotice(feed: Extract<CurvesModel['feed'], { phase: 'failed' }>): Notice {
  const { message, nextStep } = feed.failure;
  const text = `${message} ${nextStep}`.trim();
  if (feed.updatedAt === null) {
    return { kind: 'failed', title: 'The points cannot be read', text };
  }
  const age = formatDuration(Date.now() - feed.updatedAt);
  return { kind: 'failed', title: `Not up to date: updated ${age} ago`, text };
}
