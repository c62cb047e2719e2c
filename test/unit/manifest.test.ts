import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { repositoryRoot } from '../../scripts/editor/toolchain';
import { TASK_ACTIONS } from '../../src/core/actions';
import { contextValue, ROW_PARTS } from '../../src/features/trees/context-value';
import {
  COMMANDS,
  CONFIGURATION_SCHEME,
  CONSOLE_SCHEME,
  CONTEXT_KEYS,
  DEPENDENCIES_PANEL,
  LOAD_PANEL,
  METRICS_PANEL,
  RUNS_PANEL,
  TABLE_PANEL,
  TASK_TYPE,
  VIEWS,
} from '../../src/platform/command-ids';

const root = repositoryRoot();

const manifestSchema = z.object({
  main: z.string(),
  icon: z.string(),
  activationEvents: z.array(z.string()),
  capabilities: z.object({
    untrustedWorkspaces: z.object({ restrictedConfigurations: z.array(z.string()) }),
  }),
  contributes: z.object({
    viewsContainers: z.object({ activitybar: z.array(z.object({ id: z.string(), icon: z.string() })) }),
    views: z.record(z.string(), z.array(z.object({ id: z.string(), icon: z.string(), name: z.string() }))),
    commands: z.array(
      z.object({
        command: z.string(),
        title: z.string(),
        category: z.string(),
        icon: z.string().optional(),
        enablement: z.string().optional(),
      }),
    ),
    menus: z.record(
      z.string(),
      z.array(z.object({ command: z.string(), when: z.string().optional(), group: z.string().optional() })),
    ),
    taskDefinitions: z.array(
      z.object({
        type: z.string(),
        required: z.array(z.string()),
        properties: z.record(z.string(), z.unknown()),
      }),
    ),
    configuration: z.object({ properties: z.record(z.string(), z.object({ default: z.unknown() })) }),
    walkthroughs: z.array(
      z.object({
        steps: z.array(
          z.object({
            description: z.string(),
            media: z.object({ svg: z.string(), altText: z.string() }),
            completionEvents: z.array(z.string()),
          }),
        ),
      }),
    ),
  }),
});

const manifest = manifestSchema.parse(JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')));
const { contributes } = manifest;
const commandIds = new Set(contributes.commands.map((entry) => entry.command));
const source = readSource(path.join(root, 'src'));
const menuEntries = Object.entries(contributes.menus).flatMap(([menu, entries]) =>
  entries.map((entry) => ({ menu, ...entry })),
);

describe('the manifest', () => {
  it('contributes exactly the commands that the source names', () => {
    assert.deepEqual(
      contributes.commands.map((entry) => entry.command).sort(),
      Object.values(COMMANDS).sort(),
    );
  });

  it('contributes no command that nothing registers', () => {
    const unregistered = Object.entries(COMMANDS).filter(
      ([name]) =>
        source.filter(({ file, text }) => !file.endsWith('command-ids.ts') && usesCommand(text, name))
          .length === 0,
    );
    assert.deepEqual(unregistered, []);
  });

  it('gives every command the category Trackside and a title of its own', () => {
    const titles = contributes.commands.map((entry) => `${entry.category}: ${entry.title}`);
    assert.deepEqual(
      contributes.commands.filter((entry) => entry.category !== 'Trackside'),
      [],
    );
    assert.equal(new Set(titles).size, titles.length);
  });

  it('has exactly the views that the source names, in its container', () => {
    assert.deepEqual(Object.keys(contributes.views), ['trackside']);
    assert.deepEqual(
      contributes.views['trackside']?.map((view) => view.id).sort(),
      Object.values(VIEWS).sort(),
    );
  });

  it('names in menus only commands that exist', () => {
    assert.deepEqual(
      menuEntries.filter(({ command }) => !commandIds.has(command)),
      [],
    );
  });

  it('leads in its walkthrough to commands and pictures that exist', () => {
    const steps = contributes.walkthroughs.flatMap((walkthrough) => walkthrough.steps);
    assert.notEqual(steps.length, 0);
    for (const { description, media, completionEvents } of steps) {
      const linked = [...description.matchAll(/\(command:([\w.]+)\)/g)].map((match) => match[1] ?? '');
      const completing = completionEvents.map((event) => event.replace(/^onCommand:/, ''));
      assert.notEqual(linked.length, 0);
      assert.deepEqual(
        [...linked, ...completing].filter((command) => !commandIds.has(command)),
        [],
      );
      assert.ok(readFileSync(path.join(root, media.svg), 'utf8').includes(`aria-label="${media.altText}"`));
    }
  });

  it('asks in when clauses for row tokens that the context value can hold', () => {
    const possible = possibleTokens();
    const asked = menuEntries
      .filter((entry) => entry.when?.includes('viewItem') === true)
      .flatMap((entry) => askedTokens(entry.when ?? '').map((token) => ({ command: entry.command, token })));
    assert.notEqual(asked.length, 0);
    assert.deepEqual(
      asked.filter(({ token }) => !possible.has(token)),
      [],
    );
  });

  it('matches viewItem only by tokens delimited on both sides', () => {
    const loose = menuEntries.filter(
      ({ when = '' }) => when.includes('viewItem') && !/viewItem =~ \/;[^/]+;\//.test(when),
    );
    assert.deepEqual(loose, []);
  });

  it('names in when clauses only views and context keys that exist', () => {
    const known = new Set<string>([...Object.values(CONTEXT_KEYS), ...Object.values(VIEWS)]);
    const whens = [...menuEntries, ...contributes.commands].flatMap((entry) => [
      ...('when' in entry ? [entry.when ?? ''] : []),
      ...('enablement' in entry ? [entry.enablement ?? ''] : []),
    ]);
    const named = whens.flatMap((when) => when.match(/(?<![\w^])trackside\.[\w.]+/g) ?? []);
    assert.deepEqual(
      named.filter((key) => !known.has(key)),
      [],
    );
    assert.notEqual(whens.flatMap(viewsInPatterns).length, 0);
    assert.deepEqual(
      whens.flatMap(viewsInPatterns).filter((view) => !known.has(view)),
      [],
    );
  });

  it('declares exactly the settings that the source reads', () => {
    const settings =
      source.find(({ file }) => file.endsWith(path.join('platform', 'settings.ts')))?.text ?? '';
    const read = [...settings.matchAll(/read\([^;]*?'([\w.]+)'/g)].map(
      (match) => `trackside.${match[1] ?? ''}`,
    );
    assert.deepEqual(Object.keys(contributes.configuration.properties).sort(), [...new Set(read)].sort());
  });

  it('restricts in untrusted workspaces only settings that exist', () => {
    const settings = new Set(Object.keys(contributes.configuration.properties));
    assert.deepEqual(
      manifest.capabilities.untrustedWorkspaces.restrictedConfigurations.filter((key) => !settings.has(key)),
      [],
    );
  });

  it('activates on what the source serves, and never at start-up', () => {
    assert.deepEqual(
      manifest.activationEvents.filter((event) => event === '*' || event === 'onStartupFinished'),
      [],
    );
    assert.ok(manifest.activationEvents.includes(`onWebviewPanel:${METRICS_PANEL}`));
    assert.ok(manifest.activationEvents.includes(`onWebviewPanel:${RUNS_PANEL}`));
    assert.ok(manifest.activationEvents.includes(`onWebviewPanel:${DEPENDENCIES_PANEL}`));
    assert.ok(manifest.activationEvents.includes(`onWebviewPanel:${TABLE_PANEL}`));
    assert.ok(manifest.activationEvents.includes(`onWebviewPanel:${LOAD_PANEL}`));
    assert.ok(manifest.activationEvents.includes(`onFileSystem:${CONSOLE_SCHEME}`));
    assert.ok(manifest.activationEvents.includes(`onFileSystem:${CONFIGURATION_SCHEME}`));
  });

  it('defines the task type that the source runs, with required properties that exist', () => {
    assert.deepEqual(
      contributes.taskDefinitions.map((definition) => definition.type),
      [TASK_TYPE],
    );
    for (const definition of contributes.taskDefinitions) {
      assert.deepEqual(
        definition.required.filter((property) => !(property in definition.properties)),
        [],
      );
    }
  });

  it('names only files that exist and codicons that VS Code has', () => {
    const icons = [
      manifest.icon,
      ...contributes.viewsContainers.activitybar.map((container) => container.icon),
      ...Object.values(contributes.views).flatMap((views) => views.map((view) => view.icon)),
      ...contributes.commands.flatMap((entry) => (entry.icon === undefined ? [] : [entry.icon])),
    ];
    assert.deepEqual(
      icons.filter((icon) => !isCodicon(icon) && !existsSync(path.join(root, icon))),
      [],
    );
    assert.equal(manifest.main, './dist/extension.js');
  });
});

function readSource(folder: string): readonly { readonly file: string; readonly text: string }[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => ({ file: path.join(folder, name), text: readFileSync(path.join(folder, name), 'utf8') }));
}

function usesCommand(text: string, name: string): boolean {
  return new RegExp(`\\bCOMMANDS\\.${name}\\b`).test(text);
}

/** Every run of tokens that some row's context value contains, e.g. `kind=task` and `kind=connection;removable`. */
function possibleTokens(): ReadonlySet<string> {
  const kinds = ['connection', 'project', 'task', 'queue', 'worker', 'loadMore', 'error'] as const;
  const values = [
    ...kinds.map((kind) => contextValue({ kind })),
    contextValue({ kind: 'connection', isRemovable: true }),
    contextValue({ kind: 'task', can: TASK_ACTIONS, has: ROW_PARTS }),
  ];
  return new Set(
    values.flatMap((value) => {
      const tokens = value.split(';').filter((token) => token !== '');
      return [...tokens, ...tokens.slice(1).map((token, index) => `${tokens[index] ?? ''};${token}`)];
    }),
  );
}

/** `viewItem =~ /;kind=task;/` asks for `kind=task`. */
function askedTokens(when: string): readonly string[] {
  return [...when.matchAll(/viewItem =~ \/;([^/]+);\//g)].map((match) => match[1] ?? '');
}

/** `view =~ /^trackside\.(projects|tasks)$/` names two views. */
function viewsInPatterns(when: string): readonly string[] {
  return [...when.matchAll(/view =~ \/\^trackside\\\.\(([\w|]+)\)\$\//g)].flatMap((match) =>
    (match[1] ?? '').split('|').map((name) => `trackside.${name}`),
  );
}

const codicons = readFileSync(
  path.join(root, 'node_modules', '@vscode', 'codicons', 'dist', 'codicon.css'),
  'utf8',
);

function isCodicon(icon: string): boolean {
  const name = /^\$\(([\w-]+)\)$/.exec(icon)?.[1];
  return name !== undefined && codicons.includes(`.codicon-${name}:before`);
}
