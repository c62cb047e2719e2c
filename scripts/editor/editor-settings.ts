import * as z from 'zod';

export type Theme = 'dark' | 'light' | 'hc';

export const THEMES: Readonly<Record<Theme, string>> = {
  dark: 'Default Dark Modern',
  light: 'Default Light Modern',
  hc: 'Default High Contrast',
};

export const themeSchema = z.enum(['dark', 'light', 'hc']);

/** VS Code user settings: name → value. */
export type UserSettings = Readonly<Record<string, unknown>>;

/** An editor that shows the work and nothing else: no welcome page, no assistants, no prompts, no telemetry. */
export function quietSettings(theme: Theme): UserSettings {
  return {
    'workbench.colorTheme': THEMES[theme],
    'window.autoDetectColorScheme': false,
    'workbench.startupEditor': 'none',
    'workbench.tips.enabled': false,
    'workbench.secondarySideBar.defaultVisibility': 'hidden',
    'chat.disableAIFeatures': true,
    'telemetry.telemetryLevel': 'off',
    'update.mode': 'none',
    'extensions.autoCheckUpdates': false,
    'extensions.ignoreRecommendations': true,
    'security.workspace.trust.enabled': false,
    'git.openRepositoryInParentFolders': 'never',
    'git.autofetch': false,
    'npm.autoDetect': 'off',
    'remote.autoForwardPorts': false,
    'files.autoSave': 'off',
    'window.menuBarVisibility': 'compact',
  };
}
