import { joinArguments } from '../launch/argument-text';
import type { TaskCode } from '../../core/entities';
import type { TaskDetails, TaskRelatives } from '../../core/task-details';
import type { DetailsView, Fact, TaskDocumentRef } from './panel-contract';

/** Longer values are cut in the page; a person who needs all of one opens the task's web page or copies it there. */
const LONGEST_VALUE = 4_000;

/** The part of a task's details that its panel shows. Texts of files stay in the host until they are opened. */
export function detailsView(details: TaskDetails): DetailsView {
  return {
    code: codeFacts(details),
    arguments: details.arguments === undefined ? null : joinArguments(details.arguments),
    parameters: details.parameters.map(({ section, name, value, type, description }) => ({
      section,
      name,
      value: cut(value),
      type: type ?? null,
      description: description ?? null,
    })),
    documents: documentsOf(details).map(({ ref, label, text, isEditable }) => ({
      ref,
      label,
      lineCount: linesOf(text),
      isEditable,
    })),
    artifacts: details.artifacts.map(({ name, direction, type, uri, sizeBytes, hash, addedAt, preview }) => ({
      name,
      direction,
      type: type ?? null,
      uri: uri ?? null,
      sizeBytes: sizeBytes ?? null,
      hash: hash ?? null,
      addedAt: addedAt ?? null,
      preview: preview === undefined ? null : cut(preview),
    })),
    models: details.models.map(({ id, name, direction }) => ({ id, name, direction })),
    relatives: [
      ...relativesOf('Tasks made from this one', details.children),
      ...relativesOf('Tasks with the same parent', details.siblings),
    ],
  };
}

function relativesOf(title: string, relatives: TaskRelatives | undefined): DetailsView['relatives'] {
  return relatives === undefined || relatives.tasks.length === 0
    ? []
    : [{ title, hasMore: relatives.hasMore, tasks: relatives.tasks.map((each) => ({ ...each })) }];
}

/** How a unified diff begins, with git's own words before it or without. */
const PATCH = /^\s*(?:diff |--- |Index: |Submodule )/;

export interface TaskDocument {
  readonly ref: TaskDocumentRef;
  /** What the person reads. */
  readonly label: string;
  readonly text: string;
  /** With the extension that tells the editor the language. */
  readonly fileName: string;
  /** Another text may be saved while the task can be edited. */
  readonly isEditable: boolean;
}

/** Every text of a task that opens as a document. */
export function documentsOf(details: TaskDetails): TaskDocument[] {
  const { code, packages, container, configurations } = details;
  return [
    codeDocument(code),
    single('packages', 'Packages', packages, 'requirements.txt'),
    single('setupScript', 'Container setup script', container?.setupScript, 'setup.sh'),
    ...configurations.map(({ name, text, type, isEditable = false }) => ({
      ref: { kind: 'configuration' as const, name },
      label: name,
      text,
      fileName: `${fileSafe(name)}${extensionOf(name, type, text)}`,
      isEditable,
    })),
  ].filter((document) => document !== undefined);
}

/** Of code outside a repository, servers keep the whole text where the changes would be. */
function codeDocument({ uncommittedDiff: text, entryPoint = '' }: TaskCode): TaskDocument | undefined {
  return text === undefined || PATCH.test(text)
    ? single('diff', 'Uncommitted changes', text, 'uncommitted.diff')
    : single('script', 'Script', text, fileSafe(entryPoint.split('/').at(-1) ?? '') || 'script.py');
}

function single(
  kind: 'diff' | 'script' | 'packages' | 'setupScript',
  label: string,
  text: string | undefined,
  fileName: string,
): TaskDocument | undefined {
  return text === undefined
    ? undefined
    : { ref: { kind, name: '' }, label, text, fileName, isEditable: false };
}

function extensionOf(name: string, type: string | undefined, text: string): string {
  if (/\.[a-z]{2,5}$/i.test(name)) {
    return '';
  }
  if (type === 'json' || /^\s*[[{]\s*["\]}]/.test(text)) {
    return '.json';
  }
  return type === 'yaml' || type === 'yml' ? '.yaml' : '.txt';
}

/** Also keeps the name one segment of an address. */
function fileSafe(name: string): string {
  return name.replace(/[\\/:*?"<>|#%\u0000-\u001f]/g, '_').slice(0, 80);
}

function codeFacts({ code, container, outputDestination }: TaskDetails): Fact[] {
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['Script', code.entryPoint],
    ['Repository', code.repository],
    ['Branch', code.branch],
    ['Commit', code.commit],
    ['Working directory', code.workingDirectory],
    ['Container', container?.image],
    ['Container arguments', container?.arguments],
    ['Output destination', outputDestination],
  ];
  return rows.flatMap(([label, value]) =>
    value === undefined ? [] : [{ label, value: cut(value), at: null }],
  );
}

function cut(text: string): string {
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text;
}

function linesOf(text: string): number {
  return text === '' ? 0 : text.replace(/\n$/, '').split('\n').length;
}
