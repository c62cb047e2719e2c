import type { EpochMs } from '../../core/entities';
import type { Model, ModelAction } from '../../core/models';
import { COMMANDS } from '../../platform/command-ids';
import { contextValue, type RowPart } from '../trees/context-value';
import { factSheet } from '../trees/markdown-text';
import { momentText, timeAgo } from '../trees/relative-time';
import { commandOn, type RowModel } from '../trees/row-model';
import type { ModelNode } from '../trees/tree-nodes';

const PART_OF: Readonly<Record<ModelAction, RowPart>> = {
  publish: 'modelPublish',
  rename: 'modelEdit',
  tag: 'modelEdit',
  archive: 'modelArchive',
  unarchive: 'modelUnarchive',
  delete: 'modelDelete',
};

/** A tooltip is no table. */
const MAX_FIGURES = 8;

/** The row of a model. Selecting it opens the task that made it, where that is known. */
export function modelRow(node: ModelNode, model: Model, now: EpochMs): RowModel {
  const label = model.name.trim() === '' ? '(no name)' : model.name;
  const at = model.createdAt === undefined ? undefined : timeAgo(model.createdAt, now);
  const parts = [
    model.isPublished === true ? 'published' : undefined,
    model.isArchived ? 'archived' : undefined,
    model.framework,
    ...(model.tags.length > 0 ? [model.tags.map((tag) => `#${tag}`).join(' ')] : []),
    at?.text,
    node.projectPath === undefined ? model.projectName : undefined,
  ].filter((part) => part !== undefined);
  return {
    label,
    description: parts.join(' · '),
    icon: iconOf(model),
    contextValue: contextValue({ kind: 'model', has: partsOf(model) }),
    collapsible: 'none',
    ...(model.taskId === undefined
      ? {}
      : { command: commandOn(node, COMMANDS.openModelTask, 'Open Task of Model') }),
    accessibleLabel: `Model ${label}, ${parts.join(', ')}`,
    subject: model,
    ...(at ? { expiresAt: at.expiresAt } : {}),
  };
}

export function modelTooltip(model: Model, now: EpochMs): string {
  return factSheet(model.name, [
    ['State', stateOf(model)],
    ['Framework', model.framework],
    ['Project', model.projectName],
    ['Made by', model.taskName ?? model.taskId],
    ['Tags', model.tags.join(', ')],
    ['User', model.user],
    ['Comment', model.comment],
    [
      'Created',
      model.createdAt === undefined
        ? undefined
        : `${momentText(model.createdAt)} (${timeAgo(model.createdAt, now).text})`,
    ],
    ['Address', model.uri],
    ['SHA-256', model.sha256],
    ['Reported', reportedOf(model)],
    ['Id', model.id],
  ]);
}

function reportedOf({ figures = [] }: Model): string {
  const told = figures
    .slice(0, MAX_FIGURES)
    .map(({ metric, variant, value }) => `${metric}/${variant} ${String(value)}`);
  return [...told, ...(figures.length > MAX_FIGURES ? ['…'] : [])].join(', ');
}

function stateOf({ isPublished }: Model): string | undefined {
  if (isPublished === undefined) {
    return undefined;
  }
  return isPublished ? 'published' : 'draft';
}

function iconOf({ isArchived, isPublished }: Model): NonNullable<RowModel['icon']> {
  if (isArchived) {
    return { id: 'archive' };
  }
  return isPublished === true ? { id: 'verified', color: 'charts.purple' } : { id: 'package' };
}

function partsOf({ can, uri, taskId, webUrl }: Model): readonly RowPart[] {
  return [
    'id',
    ...can.map((action) => PART_OF[action]),
    ...(uri === undefined ? [] : ['modelFile' as const]),
    ...(taskId === undefined ? [] : ['modelTask' as const]),
    ...(webUrl === undefined ? [] : ['webUrl' as const]),
  ];
}
