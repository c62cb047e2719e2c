import assert from 'node:assert/strict';
import { AxeBuilder } from '@axe-core/playwright';
import type { DependencyGraph, DependencyNode } from '../../../src/core/dependency-graph';
import { TracksideError } from '../../../src/core/errors';
import { until } from '../../editor/harness/until';
import { fakeTask } from '../../fakes/memory-backend';
import { GraphBackend, openGraph, type OpenGraph } from './open-graph';
import { boxOf } from './open-panel';
import { CONTROLS_PROBLEM, usePages } from './page-browser';
import type { ThemeName } from './themes';

const SHOTS = process.env['TRACKSIDE_SHOTS'];

/** A pipeline in the middle of its run, with all that can be odd about one. */
function pipeline(): DependencyGraph {
  const step = (name: string, over: Partial<DependencyNode> = {}): DependencyNode => ({
    id: `step ${name}`,
    label: name,
    status: 'draft',
    word: 'Pending',
    ...over,
  });
  const ran = (status: DependencyNode['status'], taskId: string): Partial<DependencyNode> => {
    return { status, taskId, type: 'training', word: status === 'completed' ? 'Completed' : 'Running' };
  };
  return {
    title: 'digits pipeline #4',
    focusId: 'run',
    nodes: [
      { id: 'run', label: 'digits pipeline #4', taskId: 'run', status: 'running', type: 'controller' },
      step('load', { ...ran('completed', 't-load'), stage: 'data' }),
      step('clean', { ...ran('completed', 't-clean'), stage: 'data', word: 'Cached' }),
      step('train small', { ...ran('running', 't-small'), stage: 'model' }),
      step('train large', { ...ran('running', 't-large'), stage: 'model' }),
      step('verglichen mit dem letzten Modell 数字', { stage: 'report' }),
      step('report', { stage: 'report' }),
      step('ghost', { isMissing: true, status: 'unknown' }),
    ],
    edges: [
      ['run', 'step load'],
      ['step load', 'step clean'],
      ['step clean', 'step train small'],
      ['step clean', 'step train large'],
      ['step train small', 'step verglichen mit dem letzten Modell 数字'],
      ['step train large', 'step verglichen mit dem letzten Modell 数字'],
      ['step verglichen mit dem letzten Modell 数字', 'step report'],
      ['step load', 'step report'],
      ['step ghost', 'step report'],
    ].map(([from = '', to = '']) => ({ from, to })),
    notes: [],
  };
}

/** As a server would have the tasks of a graph. */
function serverOf(graph: DependencyGraph): GraphBackend {
  const backend = new GraphBackend(graph);
  for (const { taskId, label, status } of graph.nodes) {
    if (taskId !== undefined) {
      backend.put(fakeTask(taskId, { name: label, status }));
    }
  }
  return backend;
}

describe('the graph of dependencies in a browser', function () {
  this.timeout(60_000);
  const pages = usePages('graph', CONTROLS_PROBLEM);
  let graph: OpenGraph | undefined;

  async function open(
    backend: GraphBackend,
    options: { theme?: ThemeName; width?: number } = {},
  ): Promise<OpenGraph> {
    graph = await openGraph(pages, backend, options);
    return graph;
  }

  it('says every status in words, what waits for what, and what is gone', async () => {
    const { page } = await open(serverOf(pipeline()));
    await page
      .getByRole('button', { name: /^clean, Cached · training, after load, before train small/ })
      .waitFor();
    await page.getByRole('img', { name: /^report, Pending, after .*ghost/ }).waitFor();
    await page.getByText('Not on the server any more: ghost.').waitFor();
  });

  it('shows what is known while the rest is read, and says that there is more', async () => {
    const whole = serverOf(pipeline());
    const note = '5 of 8 tasks are still being read, and what they wait for.';
    const { nodes, title } = whole.graph;
    let goOn = (): void => undefined;
    const isShown = new Promise<void>((resolve) => (goOn = resolve));
    whole.dependencies.read = async (_scope, _signal, onPart) => {
      const read = nodes.map((node) => ({ ...node, status: 'unknown' as const, word: 'Not read yet' }));
      onPart?.({ title, nodes: read, edges: [], notes: [note], isPartial: true });
      await isShown;
      return whole.graph;
    };
    const { page } = await open(whole);
    await page.getByText(note).waitFor();
    assert.equal(await page.getByText('Nothing depends on this').count(), 0);
    await page.getByRole('img', { name: /^report, Not read yet/ }).waitFor();
    goOn();
    await page.getByRole('img', { name: /^report, Pending, after/ }).waitFor();
    assert.equal(await page.getByText(note).count(), 0);
  });

  it('keeps the graph when it cannot be read again, and says that it is not up to date until it is', async () => {
    const backend = serverOf(pipeline());
    const { page, session } = await open(backend);
    const { read } = backend.dependencies;
    backend.dependencies.read = () =>
      Promise.reject(new TracksideError('server', 'The lab failed.', 'Try again later.'));
    backend.change('t-small', { status: 'completed' });
    await session.store.refresh({ kind: 'task', id: 't-small' });
    const stale = page.getByText('Not up to date. The lab failed. Try again later.');
    await stale.waitFor();
    await page.getByRole('button', { name: /^train small, Completed/ }).waitFor();
    backend.change('t-large', { status: 'failed' });
    await session.store.refresh({ kind: 'task', id: 't-large' });
    await page.getByRole('button', { name: /^train large, Failed/ }).waitFor();
    await stale.waitFor();
    backend.dependencies.read = read;
    await page.getByRole('button', { name: 'Try Again' }).click();
    await stale.waitFor({ state: 'hidden' });
  });

  it('is walked by keys along its edges, opened by Enter, searched after a slash', async () => {
    const opened = await open(serverOf(pipeline()));
    const { page } = opened;
    await page.waitForFunction(() => customElements.get('vscode-text-field') !== undefined);
    await page.locator('.node.is-focus').focus();
    await page.keyboard.press('ArrowRight');
    assert.equal(await opened.focused(), 'load');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    const first = await opened.focused();
    assert.match(first, /^train (small|large)$/);
    await page.keyboard.press(first === 'train small' ? 'ArrowDown' : 'ArrowUp');
    assert.notEqual(await opened.focused(), first);
    await page.keyboard.press('Enter');
    await page.keyboard.press('/');
    await page.keyboard.type('cached');
    await page.getByText('1 found').waitFor();
    assert.equal(await page.locator('.node:not(.is-dim)').count(), 1);
    await page.keyboard.press('Escape');
    assert.equal(await opened.focused(), 'clean');
    assert.equal(await page.locator('.node.is-dim').count(), 0);
    const width = (): Promise<number> => page.locator('.graph').evaluate((each) => each.clientWidth);
    await page.keyboard.press('0');
    const before = await width();
    await page.keyboard.press('+');
    assert.ok((await width()) > before);
    await page.keyboard.press('-');
    await page.keyboard.press('-');
    assert.ok((await width()) < before);
    await page.keyboard.press('0');
    assert.equal(await width(), before);
    assert.equal(opened.opened.length, 1);
  });

  for (const theme of ['dark', 'light', 'highContrast'] as const) {
    it(`has no accessibility violations in ${theme}`, async () => {
      const { page } = await open(serverOf(pipeline()), { theme });
      await page.locator('vscode-button').first().waitFor();
      const { violations } = await new AxeBuilder({ page }).analyze();
      assert.deepEqual(
        violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html.slice(0, 120))]),
        [],
      );
      if (SHOTS !== undefined) {
        await page.screenshot({ path: `${SHOTS}/graph-${theme}.png` });
      }
    });
  }

  it('fits again when the panel becomes narrower or wider, unless somebody zoomed', async () => {
    const { page } = await open(serverOf(pipeline()), { width: 1_600 });
    const width = (): Promise<number> => page.locator('.graph').evaluate((each) => each.clientWidth);
    const wide = await width();
    await page.setViewportSize({ width: 700, height: 600 });
    await until('it is drawn smaller', async () => (await width()) < wide);
    const narrow = await width();
    const box = await boxOf(page.locator('.node.is-focus'));
    assert.ok(box.x >= 0 && box.x + box.width <= 700, JSON.stringify(box));
    await page.setViewportSize({ width: 1_600, height: 600 });
    await until('it is as before', async () => (await width()) === wide);
    await page.keyboard.press('+');
    const chosen = await width();
    await page.setViewportSize({ width: 700, height: 600 });
    await until('the page is narrow', async () => (await page.evaluate(() => window.innerWidth)) === 700);
    await page.evaluate(
      () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
    );
    assert.equal(await width(), chosen);
    assert.notEqual(chosen, narrow);
  });

  it('stays readable at 320 px: what does not fit is scrolled to', async () => {
    const { page } = await open(serverOf(pipeline()), { width: 320 });
    const scroller = page.locator('.scroller');
    const size = await scroller.evaluate((each) => [each.clientWidth, each.scrollWidth]);
    assert.ok((size[1] ?? 0) > (size[0] ?? 0), 'there is more than fits');
    const box = await boxOf(page.locator('.node.is-focus'));
    assert.ok(box.width >= 150 && box.x >= 0 && box.x + box.width <= 320, JSON.stringify(box));
    const widest = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(widest <= 320, `the page is ${widest} px wide`);
    if (SHOTS !== undefined) {
      await page.screenshot({ path: `${SHOTS}/graph-320.png` });
    }
  });

  for (const focusId of ['run', 'step load', 'step clean']) {
    it(`begins in a narrow panel with a whole column, from which ${focusId} is in view`, async () => {
      const { nodes, edges, ...rest } = pipeline();
      const few = new Set(['run', 'step load', 'step clean']);
      const { page } = await open(
        serverOf({
          ...rest,
          focusId,
          nodes: nodes.filter(({ id }) => few.has(id)),
          edges: edges.filter(({ from, to }) => few.has(from) && few.has(to)),
        }),
        { width: 420 },
      );
      const boxes = await page.locator('.node').evaluateAll((all) =>
        all.map((node) => {
          const { left, right } = node.getBoundingClientRect();
          return { left, right, isFocus: node.classList.contains('is-focus') };
        }),
      );
      const focus = boxes.find(({ isFocus }) => isFocus);
      assert.ok(focus !== undefined && focus.left >= 0 && focus.right <= 420, JSON.stringify(boxes));
      const visible = boxes.filter(({ right }) => right > 0).map(({ left }) => Math.round(left));
      assert.ok(Math.min(...visible) >= 0 && Math.min(...visible) < 40, JSON.stringify(boxes));
      if (SHOTS !== undefined) {
        await page.screenshot({ path: `${SHOTS}/graph-420-${focusId}.png` });
      }
    });
  }

  it('shows every node whole with Fit, however narrow the panel is, and zooms on from there', async () => {
    const { page } = await open(serverOf(pipeline()), { width: 320 });
    const outside = (): Promise<number> =>
      page.evaluate(() => {
        const room = document.querySelector('.scroller')?.getBoundingClientRect() ?? new DOMRect();
        const boxes = [...document.querySelectorAll('.node')].map((node) => node.getBoundingClientRect());
        const isInside = ({ left, right, top, bottom }: DOMRect): boolean =>
          left >= room.left && right <= room.right && top >= room.top && bottom <= room.bottom;
        return boxes.filter((box) => !isInside(box)).length;
      });
    assert.ok((await outside()) > 0, 'it opens with labels that can be read');
    await page.getByText('Fit', { exact: true }).click();
    assert.equal(await outside(), 0);
    if (SHOTS !== undefined) {
      await page.screenshot({ path: `${SHOTS}/graph-320-fit.png` });
    }
    await page.setViewportSize({ width: 260, height: 500 });
    await until('it fits again', async () => (await outside()) === 0);
    const width = (): Promise<number> => page.locator('.graph').evaluate((each) => each.clientWidth);
    const whole = await width();
    await page.keyboard.press('-');
    assert.ok((await width()) < whole);
    await page.keyboard.press('+');
    await page.keyboard.press('+');
    assert.ok((await width()) > whole);
  });

  it('keeps the place and the focus when steps begin, and reads again when a task changes', async () => {
    const backend = serverOf(pipeline());
    const opened = await open(backend, { width: 500 });
    const { page } = opened;
    const large = page.getByRole('button', { name: /^train large/ });
    await large.focus();
    const before = await boxOf(large);
    const reads = backend.reads;
    const { nodes, edges, ...rest } = pipeline();
    const begun = nodes.map((node) =>
      node.label === 'report'
        ? { ...node, taskId: 't-report', status: 'running' as const, word: 'Running' }
        : node,
    );
    const extra = { id: 'x', label: 'extra', status: 'draft' as const };
    backend.put(fakeTask('t-report', { status: 'running' }), fakeTask('t-small', { status: 'completed' }));
    backend.graph = { ...rest, nodes: [...begun, extra], edges: [...edges, { from: 'run', to: 'x' }] };
    backend.subscriber?.change({ kind: 'task', ids: ['t-small'] });
    await page.getByText('extra', { exact: true }).first().waitFor({ state: 'attached' });
    assert.ok(backend.reads > reads);
    await page.getByRole('button', { name: /^report, Running/ }).waitFor();
    assert.equal(await opened.focused(), 'train large');
    const after = await boxOf(large);
    assert.ok(Math.abs(after.x - before.x) <= 1, JSON.stringify([before, after]));
    assert.ok(after.y >= 0 && after.y + after.height <= 600, JSON.stringify(after));
  });

  it('folds stages, one or all, and unfolds them by their node', async () => {
    const { page } = await open(serverOf(pipeline()));
    await page.getByText('Fold data', { exact: true }).click();
    await page
      .getByRole('button', { name: /^data \(2 steps\), Completed · stage, after digits pipeline/ })
      .waitFor();
    await page.getByText('Fold all', { exact: true }).click();
    assert.equal(await page.locator('.node').count(), 5);
    await page.getByRole('button', { name: /^model \(2 steps\), Running/ }).press('Enter');
    await page.getByRole('button', { name: /^train small/ }).waitFor();
    assert.equal(await page.locator('.node').count(), 6);
  });

  it('names cycles and draws them', async () => {
    const nodes = ['a', 'b', 'c'].map((id) => ({
      id,
      label: `job ${id}`,
      taskId: id,
      status: 'blocked' as const,
    }));
    const edges = ['ab', 'bc', 'ca', 'aa'].map((pair) => ({ from: pair.charAt(0), to: pair.charAt(1) }));
    const { page } = await open(serverOf({ title: 'knot', nodes, edges, notes: [] }));
    await page.getByText(/^These wait for each other: job [abc], job [abc], job [abc]\.$/).waitFor();
    assert.equal(await page.locator('.edge.is-cycle').count(), 4);
    if (SHOTS !== undefined) {
      await page.screenshot({ path: `${SHOTS}/graph-cycle.png` });
    }
  });

  it('shows 2,000 nodes with a map, and touches only the node whose task changed', async () => {
    const nodes = Array.from({ length: 2_000 }, (_, index) => ({
      id: `n${index}`,
      label: `job ${index}`,
      taskId: `n${index}`,
      status: index % 7 === 0 ? ('failed' as const) : ('completed' as const),
    }));
    const edges = nodes.slice(1).map(({ id }, index) => ({ from: `n${Math.floor(index / 3)}`, to: id }));
    const backend = serverOf({ title: 'many', focusId: 'n0', nodes, edges, notes: [] });
    const { page } = await open(backend, { width: 1_200 });
    assert.equal(await page.locator('.node').count(), 2_000);
    const elements = await page.locator('.graph *').count();
    assert.ok(elements < 2_000 * 12, `${elements} elements`);
    await page.locator('.minimap').waitFor();
    await page.evaluate(() => {
      const seen = new Set<Node>();
      const observer = new MutationObserver((records) =>
        records.forEach(({ target }) => {
          const node = (target instanceof Element ? target : target.parentElement)?.closest('.node');
          if (node) {
            seen.add(node);
          }
        }),
      );
      observer.observe(document.body, {
        subtree: true,
        childList: true,
        attributes: true,
        characterData: true,
      });
      Object.assign(window, { touched: () => seen.size });
    });
    backend.graph = {
      ...backend.graph,
      nodes: nodes.map((node) => (node.id === 'n5' ? { ...node, status: 'running' } : node)),
    };
    backend.put(fakeTask('n5', { name: 'job 5', status: 'running' }));
    backend.subscriber?.change({ kind: 'task', ids: ['n5'] });
    await page.locator('.node[data-status="running"]').waitFor();
    // Nodes whose actions became known meanwhile may be among them, but each once at most.
    assert.ok(Number(await page.evaluate('touched()')) <= 201);
    const box = await boxOf(page.locator('.minimap'));
    await page.mouse.click(box.x + box.width - 8, box.y + box.height / 2);
    await page.waitForFunction(() => (document.querySelector('.scroller')?.scrollLeft ?? 0) > 200);
    if (SHOTS !== undefined) {
      await page.screenshot({ path: `${SHOTS}/graph-2000.png` });
    }
    await page.getByText('Fit', { exact: true }).click();
    await page.locator('.minimap').waitFor({ state: 'hidden' });
    const hidden = await page
      .locator('.scroller')
      .evaluate((each) => each.scrollWidth - each.clientWidth + each.scrollHeight - each.clientHeight);
    assert.equal(hidden, 0, 'all of it is in view');
  });
});
