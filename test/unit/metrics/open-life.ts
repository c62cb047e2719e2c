import type { PanelLife } from '../../../src/features/panels/panel-life';

/** Shows a panel of curves whose page is new, and lets it be read. */
export async function openLife(panel: PanelLife): Promise<void> {
  panel.setVisible(true);
  await settleCurves();
  panel.receive({ type: 'ready', selection: null });
  await settleCurves();
}

/** Lets everything that waits on promises run: points go through many hands. */
export async function settleCurves(): Promise<void> {
  for (let turn = 0; turn < 40; turn++) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}
