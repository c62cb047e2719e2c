import { isEnded, isLive, statusLabel } from '../../src/core/status';
import { PANEL_ACTIONS, type PanelAction, type TaskView } from '../../src/features/metrics/panel-contract';
import type { PanelCommand } from '../../src/features/metrics/panel-messages';
import { button, type ButtonElement } from '../kit/control-elements';
import { element, setShown, setText } from '../kit/dom';
import * as icons from '../kit/icon-images';
import type { IconImage } from '../kit/icons';
import { statusSign } from '../kit/status-sign';
import { formatCount, formatDuration, formatMoment, formatSpan } from './format';
import type { PanelModel } from './panel-model';
import { panelNote } from './points-note';

const ACTIONS: Readonly<Record<PanelAction, { label: string; icon: IconImage; title: string }>> = {
  stop: { label: 'Stop', icon: icons.debugStop, title: 'Stop this run' },
  enqueue: { label: 'Enqueue', icon: icons.play, title: 'Put this task into a queue' },
  dequeue: { label: 'Dequeue', icon: icons.remove, title: 'Take this task out of its queue' },
  reset: {
    label: 'Reset',
    icon: icons.discard,
    title: 'Back to draft; asks first, because metrics and console are lost',
  },
  rerun: { label: 'Run Again', icon: icons.play, title: 'A new run with the same input' },
  clone: { label: 'Clone', icon: icons.copy, title: 'Make a draft copy of this task' },
};

export interface HeaderPorts {
  act(action: PanelAction): void;
  run(command: PanelCommand): void;
}

/** Name, state, figures and buttons of the task. */
export class HeaderView {
  readonly root: HTMLElement;
  private readonly name = element('h1', { class: 'ellipsis' });
  private readonly status = element('span', { class: 'status' });
  private readonly facts = element('ul', { class: 'facts' });
  private readonly reason = element('p', { class: 'status-reason' });
  private readonly buttons = new Map<string, ButtonElement>();
  private shownStatus = '';

  constructor(
    private readonly model: PanelModel,
    private readonly ports: HeaderPorts,
  ) {
    this.root = element('header', {}, [
      element('div', { class: 'title-row' }, [
        element('div', { class: 'title' }, [this.name, this.status]),
        element('div', { class: 'actions', attributes: { role: 'group', 'aria-label': 'Task actions' } }, [
          ...this.actionButtons(),
        ]),
      ]),
      this.facts,
      this.reason,
    ]);
    this.update();
  }

  update(): void {
    const { task } = this.model;
    setText(this.name, task?.name ?? 'Task');
    this.name.title = task?.name ?? '';
    this.updateStatus(task);
    for (const [name, { root }] of this.buttons) {
      setShown(root, isOffered(name, task));
    }
    setText(this.reason, task?.statusReason ?? '');
    setShown(this.reason, task !== undefined && isTelling(task));
    this.tick();
  }

  /** Figures that change by themselves; called every second while the run is going on. */
  tick(): void {
    const facts = this.factTexts();
    while (this.facts.children.length > facts.length) {
      this.facts.lastElementChild?.remove();
    }
    facts.forEach(([text, title], index) => {
      const existing = this.facts.children[index];
      const item = existing instanceof HTMLElement ? existing : this.facts.appendChild(element('li'));
      setText(item, text);
      if (item.title !== title) {
        item.title = title;
      }
    });
  }

  setBusy(action: PanelAction, isBusy: boolean): void {
    this.buttons.get(action)?.setEnabled(!isBusy);
  }

  private updateStatus(task: TaskView | undefined): void {
    const label = task === undefined ? '' : task.isStopping ? 'Stopping…' : statusLabel(task.status);
    const shown = `${task?.status ?? ''} ${label}`;
    if (shown === this.shownStatus) {
      return;
    }
    this.shownStatus = shown;
    this.status.replaceChildren();
    if (task !== undefined) {
      this.status.dataset.status = task.status;
      this.status.classList.toggle('is-stopping', task.isStopping);
      this.status.append(statusSign(task.status, task.isStopping), label);
      this.status.title = `The server says “${task.serverStatus}”.`;
    }
  }

  private factTexts(): readonly (readonly [text: string, title: string])[] {
    const { task } = this.model;
    const step = task?.lastIteration ?? this.model.lastStep;
    const facts: (readonly [string, string])[] = [];
    if (task !== undefined) {
      const place = task.projectName ?? task.connectionLabel;
      facts.push([place, `Project ${task.projectName ?? '(none)'} on ${task.connectionLabel}`]);
      facts.push(...elapsedFact(task));
    }
    if (step !== undefined) {
      const noun = task?.stepNoun ?? 'iteration';
      facts.push([`${noun} ${formatCount(step)}`, `The last ${noun} that was reported`]);
    }
    if (this.model.seriesCount > 0) {
      facts.push([
        panelNote(this.model.seriesCount, this.model.pointCount),
        'Everything reported for this task',
      ]);
    }
    facts.push(...freshnessFact(this.model));
    return facts;
  }

  private actionButtons(): HTMLElement[] {
    const actions = PANEL_ACTIONS.map((action) => {
      const { label, icon: image, title } = ACTIONS[action];
      return [action, button({ label, icon: image, title, onClick: () => this.ports.act(action) })] as const;
    });
    const console_ = button({
      label: 'Console',
      icon: icons.output,
      title: 'Open what the run printed',
      onClick: () => this.ports.run('openConsole'),
    });
    const web = button({
      label: 'Web UI',
      icon: icons.linkExternal,
      title: 'Open this task in the server’s web UI',
      onClick: () => this.ports.run('openInBrowser'),
    });
    for (const [name, created] of [...actions, ['console', console_] as const, ['web', web] as const]) {
      this.buttons.set(name, created);
    }
    return [...this.buttons.values()].map(({ root }) => root);
  }
}

/** Whether all points are there; while a run goes on, how long ago they were last asked for, or that it may be otherwise by now. */
function freshnessFact({ task, feed, seriesCount }: PanelModel): readonly (readonly [string, string])[] {
  if (feed.phase === 'reading' && seriesCount > 0) {
    return [['reading more', 'The server is still giving its points; these are the ones so far']];
  }
  if (task === undefined || isEnded(task.status)) {
    return [];
  }
  if (feed.phase === 'failed') {
    return [['not up to date', `${feed.failure.message} ${feed.failure.nextStep}`.trim()]];
  }
  // Of what does not run nothing is asked by time, and no age is counted.
  if (feed.phase !== 'current' || !isLive(task.status)) {
    return [];
  }
  const age = formatDuration(Date.now() - feed.updatedAt);
  return [[`updated ${age} ago`, 'When the server was last asked for points']];
}

/** Why a run failed or was stopped is worth a line; that a completed one completed is not. */
function isTelling({ status, statusReason }: TaskView): boolean {
  return statusReason !== null && (status === 'failed' || status === 'stopped' || status === 'blocked');
}

function isOffered(name: string, task: TaskView | undefined): boolean {
  switch (name) {
    case 'console':
      return task !== undefined && !task.lacks.includes('console');
    case 'web':
      return task?.hasWebPage ?? false;
    default:
      return task?.actions.some((action) => action === name) ?? false;
  }
}

function elapsedFact(task: TaskView): readonly (readonly [string, string])[] {
  if (task.startedAt === null) {
    return [];
  }
  const end = isEnded(task.status) ? task.endedAt : Date.now();
  if (end === null) {
    return [];
  }
  const isOver = isEnded(task.status);
  const ended = isOver ? `, ended ${formatMoment(end)}` : '';
  const lasted = (isOver ? formatSpan : formatDuration)(end - task.startedAt);
  return [[lasted, `Started ${formatMoment(task.startedAt)}${ended}`]];
}
