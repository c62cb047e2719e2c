import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { readToolchain } from '../../../scripts/editor/toolchain';
import type { BenchContext, BenchRow, Figures } from '../bench-row';
import type { Product } from '../comparison';
import { withConnectedEditor } from '../editor-session';
import {
  chartComparisons,
  chartFigures,
  isSlow,
  measureCharts,
  type ChartRound,
  type Measured,
} from './chart-comparison';
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

const PEERS = ['TensorBoard', 'TensorBoard, all points', 'MLflow'] as const;

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

/** The machine is not the same from minute to minute, so all products take their turns. */
const ROUNDS = 3;

async function measureSet(
  context: BenchContext,
  set: DataSet,
  peers: Peers | { readonly reason: string },
): Promise<Partial<Record<Product, Measured>>> {
  const entrants: readonly Entrant[] = [tracksideEntrant(context, set), ...peerEntrants(context, set, peers)];
  const rounds = new Map<Product, ChartRound[]>();
  const failed = new Map<Product, { readonly reason: string }>();
  for (let round = 1; round <= (context.small ? 1 : ROUNDS); round += 1) {
    for (const entrant of entrants) {
      const { product } = entrant;
      const before = rounds.get(product) ?? [];
      if (failed.has(product) || before.some(isSlow)) {
        continue;
      }
      const measured = await guarded(context, `${product}, ${set.title}, round ${round}`, () =>
        entrant.measure(),
      );
      if ('reason' in measured) {
        failed.set(product, measured);
      } else {
        rounds.set(product, [...before, measured]);
      }
    }
  }
  const measured: Partial<Record<Product, Measured>> = Object.fromEntries(failed);
  rounds.forEach((all, product) => (measured[product] ??= chartFigures(all)));
  return measured;
}

/** One product, and how a round of it is measured. */
interface Entrant {
  readonly product: Product;
  measure(): Promise<ChartRound>;
}

function tracksideEntrant(context: BenchContext, set: DataSet): Entrant {
  let round = 0;
  return { product: 'Trackside', measure: () => measureTrackside(context, set, (round += 1)) };
}

function peerEntrants(
  context: BenchContext,
  set: DataSet,
  peers: Peers | { readonly reason: string },
): readonly Entrant[] {
  if ('reason' in peers) {
    const measure = (): Promise<never> => Promise.reject(new Error(peers.reason));
    return PEERS.map((product) => ({ product, measure }));
  }
  const folder = path.join(context.folder, set.id);
  mkdirSync(folder, { recursive: true });
  const logs = writeLogs(folder, set.shape);
  const board = async (samples: number | undefined): Promise<ChartRound> =>
    measurePeer(await startTensorBoard(peers, logs, set.shape, samples), set, ({ url }) =>
      tensorBoardView(url),
    );
  let page: string | undefined;
  const mlflow = async (): Promise<ChartRound> => {
    const server = await startMlflow(peers, folder);
    const shown = (page ??= (await fillMlflow(server, set.id, set.shape)).page);
    return measurePeer(server, set, ({ url }) => mlflowView(url, shown));
  };
  return [
    { product: 'TensorBoard', measure: () => board(undefined) },
    { product: 'TensorBoard, all points', measure: () => board(set.shape.points) },
    { product: 'MLflow', measure: mlflow },
  ];
}

/** Stops the server afterwards. The browser's profile is new, so that the first time is really the first. */
async function measurePeer(
  server: PeerProcess,
  { shape }: DataSet,
  toView: (server: PeerProcess) => WebView,
): Promise<ChartRound> {
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
function measureTrackside(context: BenchContext, { id, shape }: DataSet, round: number): Promise<ChartRound> {
  return withConnectedEditor(
    { ...context, folder: path.join(context.folder, `trackside-${id}-${round}`) },
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
  work: () => Promise<ChartRound>,
): Promise<ChartRound | { readonly reason: string }> {
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
