import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { readToolchain } from '../../../scripts/editor/toolchain';
import type { BenchContext, BenchRow, Figures } from '../bench-row';
import type { Product } from '../comparison';
import { withConnectedEditor } from '../editor-session';
import { chartComparisons, measureCharts, type Measured } from './chart-comparison';
import { compareLive } from './live-comparison';
import { fillMlflow, mlflowView, startMlflow } from './mlflow';
import { openBrowser, openWebView, SCREEN, type WebView } from './peer-browser';
import type { DataShape } from './peer-data';
import { requirePeers, type Peers } from './peer-environment';
import type { PeerProcess } from './peer-process';
import { browsersOf, residentMegabytes } from './process-memory';
import { startTensorBoard, tensorBoardView, writeLogs } from './tensorboard';
import { fillTracker, tracksideCharts } from './trackside-charts';

interface DataSet {
  readonly id: string;
  readonly title: string;
  readonly shape: DataShape;
  /** Enough to see that everything runs; never written down. */
  readonly small: DataShape;
}

const SETS: readonly DataSet[] = [
  {
    id: 'peersLong',
    title: '1 run × 10 metrics × 100,000 points',
    shape: { runs: 1, metrics: 10, points: 100_000 },
    small: { runs: 1, metrics: 10, points: 5_000 },
  },
  {
    id: 'peersRuns',
    title: '10 runs × 10 metrics × 10,000 points',
    shape: { runs: 10, metrics: 10, points: 10_000 },
    small: { runs: 4, metrics: 4, points: 500 },
  },
  {
    id: 'peersMany',
    title: '1 run × 1,000 metrics × 100 points',
    shape: { runs: 1, metrics: 1_000, points: 100 },
    small: { runs: 1, metrics: 50, points: 100 },
  },
];

/** The same curves in Trackside, TensorBoard and MLflow's UI: what it takes until they are painted, and what is seen. */
function chartRow(set: DataSet): BenchRow {
  return {
    id: set.id,
    title: `Beside TensorBoard and MLflow: ${set.title}`,
    budget: '≥ 5 × faster to painted than either; the spike always visible',
    async run(context): Promise<Figures> {
      const peers = attempt(requirePeers);
      const chosen = context.small ? { ...set, shape: set.small, title: `${set.id}, a trial` } : set;
      const measured = await measureSet(context, chosen, peers);
      chartComparisons(chosen.title, measured).forEach((comparison) => context.compare(comparison));
      return peerVersions(peers);
    },
  };
}

const liveRow: BenchRow = {
  id: 'peersLive',
  title: 'Beside TensorBoard and MLflow: a running task',
  budget: '0 requests when hidden',
  async run(context): Promise<Figures> {
    const peers = attempt(requirePeers);
    (await compareLive(context, peers)).forEach((comparison) => context.compare(comparison));
    return peerVersions(peers);
  },
};

export const peerRows: readonly BenchRow[] = [...SETS.map(chartRow), liveRow];

function peerVersions(peers: Peers | { readonly reason: string }): Figures {
  return 'reason' in peers ? { peers: peers.reason } : { ...peers.versions, figures: 'in the table below' };
}

async function measureSet(
  context: BenchContext,
  set: DataSet,
  peers: Peers | { readonly reason: string },
): Promise<Partial<Record<Product, Measured>>> {
  const trackside = await guarded(context, `Trackside, ${set.title}`, () => measureTrackside(context, set));
  if ('reason' in peers) {
    return { Trackside: trackside, TensorBoard: peers, MLflow: peers };
  }
  const folder = path.join(context.folder, set.id);
  mkdirSync(folder, { recursive: true });
  const logs = writeLogs(folder, set.shape);
  const board = (samples: number | undefined): Promise<Measured> =>
    guarded(context, `TensorBoard, ${set.title}`, async () =>
      measurePeer(await startTensorBoard(peers, logs, set.shape, samples), set, ({ url }) =>
        tensorBoardView(url),
      ),
    );
  return {
    Trackside: trackside,
    TensorBoard: await board(undefined),
    'TensorBoard, all points': await board(set.shape.points),
    MLflow: await guarded(context, `MLflow, ${set.title}`, async () => {
      const server = await startMlflow(peers, folder);
      const { page } = await fillMlflow(server, set.id, set.shape);
      return measurePeer(server, set, ({ url }) => mlflowView(url, page));
    }),
  };
}

/** Stops the server afterwards. The browser's profile is new, so that the first time is really the first. */
async function measurePeer(
  server: PeerProcess,
  { shape }: DataSet,
  toView: (server: PeerProcess) => WebView,
): Promise<Measured> {
  try {
    const browser = await openBrowser();
    try {
      const charts = await openWebView(await browser.newContext({ viewport: SCREEN }), toView(server));
      return await measureCharts(charts, shape, () => memoryOf([server.pid]));
    } finally {
      await browser.close();
    }
  } finally {
    await server.stop();
  }
}

/** In an editor that was just started, so that the first opening finds nothing loaded. */
function measureTrackside(context: BenchContext, { id, shape }: DataSet): Promise<Measured> {
  return withConnectedEditor(
    { ...context, folder: path.join(context.folder, `trackside-${id}`) },
    (client) => fillTracker(client, id, shape),
    async ({ editor, window, trackerPid }, tasks) => {
      // Rows that do not fit on the screen do not exist.
      for (const view of ['Projects', 'Queues', 'Workers']) {
        await window.tree(view).hide();
      }
      return measureCharts(
        tracksideCharts(
          window,
          tasks.map(({ name }) => name),
        ),
        shape,
        () => memoryOf([editor.serverPid, trackerPid]),
      );
    },
  );
}

function memoryOf(servers: readonly number[]): { browserMb: number; serverMb: number } {
  const browsers = browsersOf(process.pid, readToolchain().chromium);
  return { browserMb: residentMegabytes(browsers), serverMb: residentMegabytes(servers) };
}

/** One product that fails does not take the others' figures with it. */
async function guarded(
  context: BenchContext,
  what: string,
  work: () => Promise<Measured>,
): Promise<Measured> {
  context.say(what);
  try {
    const measured = await work();
    context.say(JSON.stringify(measured));
    return measured;
  } catch (error) {
    const reason = `failed: ${error instanceof Error ? error.message : String(error)}`;
    context.say(reason);
    return { reason };
  }
}

function attempt<T>(work: () => T): T | { readonly reason: string } {
  try {
    return work();
  } catch (error) {
    return { reason: error instanceof Error ? error.message : String(error) };
  }
}
