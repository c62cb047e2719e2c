import * as icons from '../kit/icon-images';
import type { DetailsState, DetailsView as Details, Fact } from '../../src/features/metrics/panel-contract';
import type { InputEdit, PanelCommand, PanelMessage } from '../../src/features/metrics/panel-messages';
import { button } from '../kit/control-elements';
import { element, setShown, setText } from '../kit/dom';
import { staleNote } from '../kit/stale-note';
import { statusLabel } from '../../src/core/status';
import { byteSize } from '../../src/core/byte-size';
import { formatCount, formatSecond } from './format';
import { ParametersView } from './parameters-view';
import type { PanelModel } from './panel-model';

export interface DetailsPorts {
  post(message: PanelMessage): void;
  /** Sends a new value; resolves when the host has dealt with it. */
  edit(edit: InputEdit): Promise<void>;
}

/** What the task is made of: overview, parameters, code, files, artifacts, models. */
export class DetailsView {
  readonly root = element('div', { class: 'details' });
  private readonly overview = section('Overview');
  private readonly note = element('p', { class: 'quiet', attributes: { role: 'status' } });
  private readonly parts = element('div', { class: 'details' });
  private readonly parameters: ParametersView;
  private state: DetailsState = { phase: 'reading' };
  private shown = '';

  constructor(
    private readonly model: PanelModel,
    private readonly ports: DetailsPorts,
  ) {
    this.parameters = new ParametersView({
      edit: (edit) => ports.edit(edit),
      edited: () => this.update(),
    });
    this.root.append(this.overview, this.note, this.parts);
    this.update();
  }

  /** The task or its details changed. */
  update(state: DetailsState = this.state): void {
    this.state = state;
    this.fillNote();
    const details = state.phase === 'ready' ? state.details : undefined;
    const text = JSON.stringify([
      details,
      this.model.task?.facts,
      this.model.task?.parentId,
      this.model.task?.tags,
      this.model.task?.canEditInputs,
    ]);
    if (text === this.shown || this.isEditing()) {
      return; // keeps selections, open previews and the focus
    }
    this.shown = text;
    this.fillOverview();
    this.parts.replaceChildren(...(details === undefined ? [] : this.partsOf(details)));
  }

  /** What a person is typing must not go away under their hands. */
  private isEditing(): boolean {
    return this.root.querySelector('.value-editor') !== null;
  }

  private fillOverview(): void {
    const { task } = this.model;
    const rows = (task?.facts ?? []).map(factRow);
    if (task !== undefined) {
      rows.push(
        row('ID', [element('code', { text: task.id }), this.copyButton('the ID', task.id)]),
        ...(task.tags.length > 0 ? [row('Tags', task.tags.map(tagOf))] : []),
        ...(task.parentId === null ? [] : [row('Parent', this.parentLink(task.parentId))]),
      );
    }
    fill(this.overview, 'Overview', [element('dl', { class: 'fact-list' }, rows.flat())]);
  }

  private fillNote(): void {
    const { state } = this;
    const text = noteOf(state);
    setText(this.note, text);
    setShown(this.note, text !== '');
    this.note.classList.toggle('quiet', state.phase !== 'ready');
  }

  private partsOf(details: Details): HTMLElement[] {
    const canEdit = this.model.task?.canEditInputs === true;
    return [
      this.parametersPart(details),
      part('Code', details.code.length > 0 || canEdit, () => [
        element('dl', { class: 'fact-list' }, details.code.flatMap(factRow)),
        ...(canEdit ? [this.commandButton('editCode', 'Edit code and container…')] : []),
      ]),
      part('Files', details.documents.length > 0 || canEdit, () => [
        this.documentList(details),
        ...(canEdit ? [this.commandButton('editConfigurations', 'Add or delete configurations…')] : []),
      ]),
      part('Artifacts', details.artifacts.length > 0, () =>
        details.artifacts.map((each) => this.artifact(each)),
      ),
      part('Models', details.models.length > 0, () => [modelList(details)]),
      ...details.relatives.map((each) => part(each.title, true, () => [this.relativeList(each)])),
    ].filter((each) => each !== undefined);
  }

  private parametersPart(details: Details): HTMLElement {
    const title = ParametersView.titleOf(details);
    this.parameters.update(details, this.model.task?.canEditInputs === true);
    return fill(section(title), title, [this.parameters.root]);
  }

  private commandButton(command: PanelCommand, label: string): HTMLElement {
    const { root } = button({ label, onClick: () => this.ports.post({ type: 'command', command }) });
    return element('div', {}, [root]);
  }

  private documentList({ documents }: Details): HTMLElement {
    const items = documents.map(({ ref, label, lineCount, isEditable }) => {
      const canEdit = isEditable && this.model.task?.canEditInputs === true;
      const openTitle = canEdit
        ? `Edit “${label}” in an editor; saving it there changes the task`
        : `Open “${label}” in an editor`;
      const isDiff = ref.kind === 'diff';
      const openText = (): void => this.ports.post({ type: 'openDocument', document: ref });
      const openChanges = (): void => this.ports.post({ type: 'openChanges' });
      const lines = lineCount === 1 ? '1 line' : `${formatCount(lineCount)} lines`;
      return element('li', {}, [
        button({
          label,
          title: isDiff ? 'Show each changed file beside its former self' : openTitle,
          onClick: isDiff ? openChanges : openText,
        }).root,
        element('span', { class: 'quiet', text: canEdit ? `${lines} · can be edited` : lines }),
        ...(isDiff ? [button({ label: 'As a patch', onClick: openText }).root] : []),
      ]);
    });
    return element('ul', { class: 'document-list' }, items);
  }

  private artifact(artifact: Details['artifacts'][number]): HTMLElement {
    const { name, direction, type, sizeBytes, addedAt, uri, preview, hash } = artifact;
    const notes = [
      direction === 'input' ? 'input' : null,
      type,
      sizeBytes === null ? null : byteSize(sizeBytes),
      addedAt === null ? null : formatSecond(addedAt),
    ].filter((note) => note !== null);
    const heading = element(
      'div',
      { class: 'artifact-heading', title: hash === null ? '' : `Hash ${hash}` },
      [
        element('h3', { class: 'ellipsis', text: name, title: name }),
        element('span', { class: 'quiet', text: notes.join(' · ') }),
        ...(uri === null
          ? []
          : [this.saveButton(name, direction), this.copyButton(`the address of ${name}`, uri)]),
      ],
    );
    const lines =
      preview === null || preview.trim() === ''
        ? []
        : [
            element('details', {}, [
              element('summary', { text: 'Preview' }),
              element('pre', { text: preview, attributes: { tabindex: '0' } }),
            ]),
          ];
    return element('div', { class: 'artifact' }, [heading, ...lines]);
  }

  private parentLink(parentId: string): HTMLElement[] {
    const open = button({
      label: 'Open',
      title: 'Open the task that this one was made from',
      onClick: () => this.ports.post({ type: 'openTask', taskId: parentId }),
    });
    return [element('code', { text: parentId }), open.root];
  }

  private relativeList({ tasks, hasMore }: Details['relatives'][number]): HTMLElement {
    const items = tasks.map(({ id, name, status }) =>
      element('li', {}, [
        button({
          label: name,
          title: `Open the live panel of “${name}”`,
          onClick: () => this.ports.post({ type: 'openTask', taskId: id }),
        }).root,
        element('span', { class: 'quiet', text: statusLabel(status) }),
      ]),
    );
    const rest = hasMore ? [element('li', { class: 'quiet', text: 'and older ones' })] : [];
    return element('ul', { class: 'document-list' }, [...items, ...rest]);
  }

  private saveButton(name: string, direction: 'input' | 'output'): HTMLElement {
    return button({
      label: `Save ${name}`,
      icon: icons.save,
      isIconOnly: true,
      onClick: () => this.ports.post({ type: 'saveArtifact', name, direction }),
    }).root;
  }

  private copyButton(what: string, text: string): HTMLElement {
    return button({
      label: `Copy ${what}`,
      icon: icons.copy,
      isIconOnly: true,
      onClick: () => this.ports.post({ type: 'copy', text }),
    }).root;
  }
}

function noteOf(state: DetailsState): string {
  switch (state.phase) {
    case 'reading':
      return 'Reading what the task is made of…';
    case 'failed':
      return `The details could not be read. ${state.failure.message} ${state.failure.nextStep}`.trim();
    case 'unsupported':
      return state.reason;
    case 'ready':
      return staleNote(state.staleReason);
  }
}

function section(title: string): HTMLElement {
  return element('section', { class: 'detail-part', attributes: { 'aria-label': title } });
}

function fill(root: HTMLElement, title: string, children: readonly Node[]): HTMLElement {
  root.replaceChildren(element('h2', { text: title }), ...children);
  return root;
}

/** A part with nothing in it is left out. */
function part(title: string, isThere: boolean, children: () => readonly Node[]): HTMLElement | undefined {
  return isThere ? fill(section(title), title, children()) : undefined;
}

function factRow({ label, value, at }: Fact): HTMLElement[] {
  return row(label, [document.createTextNode(at === null ? value : formatSecond(at))]);
}

function row(label: string, value: readonly Node[]): HTMLElement[] {
  return [element('dt', { text: label }), element('dd', {}, value)];
}

function tagOf(tag: string): HTMLElement {
  return element('span', { class: 'tag', text: tag });
}

function modelList({ models }: Details): HTMLElement {
  const items = models.map(({ name, direction }) =>
    element('li', {}, [
      element('span', { text: name }),
      element('span', { class: 'quiet', text: direction === 'input' ? 'used' : 'made' }),
    ]),
  );
  return element('ul', { class: 'document-list' }, items);
}
