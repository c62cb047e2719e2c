import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import type { Theme } from '../../scripts/editor/editor-settings';
import { chooseInContextMenu, openContextMenu } from './harness/context-menu';
import type { EditorWindow } from './harness/editor-window';
import { suiteWindow } from './harness/suite-window';
import { until } from './harness/until';

const RUNS = [
  { name: 'first', loss: 0.5 },
  { name: 'second', loss: 0.4 },
  { name: 'third', loss: 0.25 },
] as const;
const THEMES: readonly Theme[] = ['light', 'hc', 'dark'];

/**
 * Prints a time stamp of its own, so that consoles of two runs differ in it and in the loss. Reports the loss of each step
 * and a value of no step.
 */
function scriptOf(loss: number): string {
  return `import base64, datetime, json, os, urllib.request
pair = f"{os.environ['CLEARML_API_ACCESS_KEY']}:{os.environ['CLEARML_API_SECRET_KEY']}"
headers = {"Authorization": "Basic " + base64.b64encode(pair.encode()).decode(), "Content-Type": "application/json-lines"}
values = [("loss", "loss", step, ${loss} + 1 / step) for step in range(1, 6)] + [("Summary", "best", -(2**31), ${loss})]
keys = ("metric", "variant", "iter", "value")
common = {"type": "training_stats_scalar", "task": os.environ["CLEARML_TASK_ID"]}
body = "\\n".join(json.dumps({**common, **dict(zip(keys, value))}) for value in values).encode()
urllib.request.urlopen(urllib.request.Request(os.environ["CLEARML_API_HOST"] + "/events.add_batch", body, headers))
for step in range(1, 6):
    print(f"{datetime.datetime.now():%Y-%m-%d %H:%M:%S} same line {step}")
    print(f"step {step} loss={${loss} + 1 / step}", flush=True)
print("loss=${loss}")
`;
}

describe('several runs side by side in the editor', function () {
  this.timeout(180_000);
  let window: EditorWindow;

  suiteWindow(
    {
      name: 'compare',
      files: Object.fromEntries(RUNS.map(({ name, loss }) => [`${name}.py`, scriptOf(loss)])),
      settings: { 'trackside.launch.opensPanel': false },
      theme: 'light',
    },
    async (opened) => {
      ({ window } = opened);
      for (const { name } of RUNS) {
        await window.openFile(`${name}.py`);
        await window.runCommand('Trackside: Launch Current File as Task');
        // The command is about the file that is open when it runs.
        await window.tree('Tasks').waitForRow((row) => row.label.startsWith(name), 60_000);
      }
    },
  );

  it('opens for tasks that are selected in a tree', async () => {
    const tasks = window.tree('Tasks');
    for (const { name } of RUNS) {
      const isDone = (row: { label: string; description: string }): boolean =>
        row.label.startsWith(name) && row.description.startsWith('completed');
      await tasks.waitForRow(isDone, 90_000);
    }
    await tasks.click('first.py');
    await tasks.click('second.py', ['Control']);
    await tasks.click('third.py', ['Control']);
    await tasks.contextMenu('first.py', 'Compare…');
    const frame = await window.webviewFrame('Compare 3 runs');
    await frame.getByRole('tab', { name: 'Metrics' }).click();
    const row = frame.getByRole('row', { name: '(last)' });
    await row.getByText('−0.1, −20 %').waitFor();
    await row.getByText('−0.25, −50 %').waitFor();
  });

  it('sets consoles side by side, without what only the time tells', async () => {
    const frame = await window.webviewFrame('Compare 3 runs');
    await frame.getByRole('tab', { name: 'Files' }).click();
    await frame
      .getByRole('row', { name: 'Console' })
      .getByRole('button', { name: 'Compare' })
      .first()
      .click();
    const tab = 'Console: first.py ↔ second.py';
    await window.waitForEditorText('same line 5', tab);
    const lines = await window.editorLines(tab);
    assert.ok(!lines.some((line) => /\d\d:\d\d:\d\d/u.test(line)), lines.join('\n'));
    await window.screenshot('compare-consoles');
    await window.runCommand('View: Close Editor');
  });

  it('shows their curves together from the comparison, hides one and groups them', async () => {
    const comparison = await window.webviewFrame('Compare 3 runs');
    await comparison.getByRole('button', { name: 'Curves' }).click();
    const frame = await window.webviewFrame('3 runs');
    const legend = frame.locator('.legend tbody tr');
    await until('three lines are drawn', async () => (await legend.count()) === RUNS.length);
    await frame.getByLabel('Show second.py').uncheck();
    await frame.getByText('2 of 3 shown').waitFor();
    await frame.getByRole('button', { name: 'Group by: nothing' }).click();
    await frame.getByRole('menuitem', { name: 'Project' }).click();
    await frame.locator('.legend').getByText('(2 runs)').waitFor();
    await frame.getByRole('button', { name: /^Group by: / }).click();
    await frame.getByRole('menuitem', { name: 'No Groups' }).click();
    await frame.getByLabel('Show second.py').check();
  });

  it('shows values that the runs reported once as bars', async () => {
    const frame = await window.webviewFrame('3 runs');
    const values = frame.getByRole('region', { name: 'Values of the runs', exact: true });
    await values
      .locator('tbody tr')
      .nth(RUNS.length - 1)
      .waitFor();
    await frame.getByRole('button', { name: 'Bars' }).click();
    const chart = frame.locator('.value-bars canvas').first();
    await until('bars are drawn', async () => ((await chart.boundingBox())?.width ?? 0) > 100);
    await window.screenshot('runs-bars');
    await frame.getByRole('button', { name: 'Table', exact: true }).click();
    await values.waitFor();
  });

  it('leads from a run of the panel to its row', async () => {
    const frame = await window.webviewFrame('3 runs');
    await frame.getByRole('button', { name: 'More of second.py' }).click();
    await frame.getByRole('menuitem', { name: 'Reveal in Tree' }).click();
    await until('that row alone is selected', async () => {
      const selected = (await window.tree('Tasks').rows()).filter((row) => row.isSelected);
      return selected.map(({ label }) => label).join() === 'second.py';
    });
  });

  it('opens a run of the panel beside the code too, in no third column', async () => {
    const columns = window.page.locator('.editor-group-container');
    const before = await columns.count();
    const frame = await window.webviewFrame('3 runs');
    await frame
      .getByRole('list', { name: 'Runs' })
      .getByRole('button', { name: 'first.py', exact: true })
      .click();
    await (await window.webviewFrame('first.py')).locator('.legend').first().waitFor();
    assert.deepEqual([before, await columns.count()], [2, 2]);
    await window.runCommand('View: Close Editor');
  });

  it('marks the row of a run whose line is pointed at', async () => {
    const frame = await window.webviewFrame('3 runs');
    const marked = async (): Promise<string> =>
      (await window.tree('Tasks').rows()).flatMap(({ label, mark }) => (mark === '' ? [] : label)).join();
    await frame.locator('.legend tbody tr', { hasText: 'third.py' }).first().hover();
    await until('that row alone is marked', async () => (await marked()) === 'third.py');
    await window.screenshot('runs-pointed-row');
    await frame.getByPlaceholder('Search runs').hover();
    await until('no row is marked', async () => (await marked()) === '');
  });

  it('marks the row of a run whose point is pointed at in the comparison', async () => {
    const frame = await window.webviewFrame('Compare 3 runs');
    const marked = async (): Promise<string> =>
      (await window.tree('Tasks').rows()).flatMap(({ label, mark }) => (mark === '' ? [] : label)).join();
    await frame.getByRole('tab', { name: 'Scatter' }).click();
    await frame.locator('.picture svg g').first().hover();
    await until('that row alone is marked', async () => (await marked()) === 'first.py');
    await window.screenshot('compare-pointed-row');
    await frame.getByRole('tab', { name: 'Files' }).hover();
    await until('no row is marked', async () => (await marked()) === '');
  });

  it('renames a run by the menu of its row in the panel, which is that of the tree', async () => {
    const frame = await window.webviewFrame('3 runs');
    const row = frame.locator('li.run', { hasText: 'third.py' });
    const menu = await openContextMenu(window.page, () => Promise.resolve(row));
    await menu.getByText('Archive').first().waitFor();
    await window.screenshot('runs-menu');
    await window.page.keyboard.press('Escape');
    await menu.waitFor({ state: 'hidden' });
    await frame.getByRole('button', { name: 'More of third.py' }).click();
    await frame.getByRole('menuitem', { name: 'More Actions…' }).click();
    await chooseInContextMenu(window.page, () => Promise.resolve(row), 'Rename…');
    await window.answer('Rename “third.py”', 'third run');
    await frame.locator('li.run', { hasText: 'third run' }).waitFor();
    await window.tree('Tasks').waitForRow('third run');
  });

  it('marks the rows of a table with the lines of its panels, in dark as well', async () => {
    // The table takes the place of the comparison, so that it is there beside the curves.
    await window.runCommand('View: Focus First Editor Group');
    await window.runCommand('Trackside: Open Task Table', 'All projects');
    const table = await window.webviewFrame('All tasks');
    await table.getByRole('gridcell', { name: 'first.py Drawn in a panel' }).click();
    const legend = (await window.webviewFrame('3 runs')).locator('.legend tbody tr');
    for (const theme of ['light', 'dark'] as const) {
      await window.setTheme(theme);
      await until(`the lines are the same in ${theme}`, async () => {
        const [shown, drawn] = await Promise.all([linesOf(table.locator('.row')), linesOf(legend)]);
        return shown.length === RUNS.length && shown.join() === drawn.join();
      });
      await window.screenshot(`table-lines-${theme}`);
    }
    await window.runCommand('View: Close Editor');
  });

  for (const theme of THEMES) {
    it(`is there in the ${theme} theme`, async () => {
      await window.setTheme(theme);
      const frame = await window.webviewFrame('Compare 3 runs');
      await frame.getByRole('tab', { name: 'Environment' }).click();
      await frame.getByRole('rowheader', { name: 'Entry point' }).waitFor();
      await window.screenshot(`compare-${theme}`);
      await (await window.webviewFrame('3 runs')).locator('.legend').first().waitFor();
      await window.screenshot(`runs-${theme}`);
    });
  }

  it('is there again after a reload, as it was', async () => {
    await window.reload();
    // The trees and the panel come when the extension has started again.
    await window.tree('Tasks').waitForRow('first.py', 120_000);
    const frame = await window.webviewFrame('Compare 3 runs');
    await frame.getByRole('rowheader', { name: 'Entry point' }).waitFor();
    assert.equal(await frame.getByRole('tab', { selected: true }).innerText(), 'Environment');
    assert.equal(await frame.locator('.head-cell.is-baseline .run-number').innerText(), '1');
    const runs = await window.webviewFrame('3 runs');
    await runs.getByText('3 shown').waitFor();
  });
});

/** Names of the rows that have a line, each with its colour, by name. */
async function linesOf(rows: Locator): Promise<string[]> {
  const lines = await rows.evaluateAll((all) =>
    all.flatMap((row) => {
      const name = row.querySelector('.is-name > .ellipsis, .legend-name .ellipsis')?.textContent ?? '';
      const stroke = row.querySelector('.line-sample line')?.getAttribute('stroke');
      return stroke ? `${name} ${stroke}` : [];
    }),
  );
  return lines.sort();
}
