import type { BenchRow, Figures } from './bench-row';
import { withEditor } from './editor-session';

/** VS Code's own figures of what activating cost, in a window where a command of Trackside was the first to be used. */
export const activationRow: BenchRow = {
  id: 'activation',
  title: 'Activation, as VS Code measures it',
  budget: '< 50 ms, no network',
  run: (context) =>
    withEditor(context, async ({ window }): Promise<Figures> => {
      await window.runCommand('Trackside: Show Log');
      await window.runCommand('Developer: Show Running Extensions');
      const rows = window.page.locator('.extension');
      await rows.filter({ hasText: 'Trackside' }).first().waitFor();
      const texts = await rows.allInnerTexts();
      return {
        activationMs: activationOf(texts, 'Trackside'),
        ...(texts.some((text) => text.startsWith('Git\n'))
          ? { gitExtensionMs: activationOf(texts, 'Git') }
          : {}),
      };
    }),
};

function activationOf(rows: readonly string[], name: string): number {
  const row = rows.find((text) => text.trimStart().startsWith(name)) ?? '';
  const figure = /Activation: (\d+) ?ms/.exec(row)?.[1];
  if (figure === undefined) {
    throw new Error(`VS Code shows no activation time for ${name}: ${rows.join(' | ').slice(0, 300)}`);
  }
  return Number(figure);
}
