import { readdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { percentile, type BenchContext } from '../bench-row';
import type { Comparison, Product } from '../comparison';
import { CountingProxy } from '../counting-proxy';
import { hideEverything, withCountedEditor } from '../editor-session';
import { scalarLines } from '../tracker-client';
import { appendScalar } from './event-file';
import { fillMlflow, mlflowView, startMlflow } from './mlflow';
import { paintCharts, timeChanges, type ChartPage } from './painting';
import { openBrowser, openWebView, SCREEN, type WebView } from './peer-browser';
import type { DataShape } from './peer-data';
import type { Peers } from './peer-environment';
import { startTensorBoard, tensorBoardView, writeLogs } from './tensorboard';
import { fillTracker, tracksideCharts } from './trackside-charts';

const SHAPE: DataShape = { runs: 1, metrics: 4, points: 500 };
const METRICS = Array.from({ length: SHAPE.metrics }, (_, index) => index);
const SAMPLES = { full: 20, small: 2 } as const;
/** Each so far beyond the last step that every chart is drawn anew. */
const newStep = (nth: number): number => Math.round(SHAPE.points * 2 * 1.5 ** nth);
/** Up and down, so that what is new is never the end of a flat line. */
const newValue = (nth: number): number => 2 + 2 * (nth % 2);
const SETTLE_MS = 5_000;
/** TensorBoard's page reloads every 30 seconds at most, MLflow's every 30. */
const NEWS_TIMEOUT_MS = 45_000;

interface LiveFigures {
  readonly idleRequests: number;
  readonly hiddenRequests: number;
  /** Undefined when the page showed nothing new by itself; of several, the 95th percentile. */
  readonly newsMs: number | undefined;
  readonly samples: number;
}

/** One more point for each metric, for the nth time. */
type Report = (nth: number) => Promise<void>;

interface LiveProduct {
  readonly charts: ChartPage;
  readonly proxy: CountingProxy;
  readonly report: Report;
  readonly hide: () => Promise<void>;
}

type Live = LiveFigures | { readonly reason: string };

/** A running task on screen: what asking for news costs, how long a new point takes, and what is asked when hidden. */
export async function compareLive(
  context: BenchContext,
  peers: Peers | { readonly reason: string },
): Promise<Comparison[]> {
  const guarded = async (what: string, work: () => Promise<LiveFigures>): Promise<Live> => {
    context.say(`${what}, live`);
    try {
      const figures = await work();
      context.say(JSON.stringify(figures));
      return figures;
    } catch (error) {
      return { reason: `failed: ${error instanceof Error ? error.message : String(error)}` };
    }
  };
  // One after the other: two browsers that paint take the processor from each other.
  const trackside = await guarded('Trackside', () => liveTrackside(context));
  const board =
    'reason' in peers ? peers : await guarded('TensorBoard', () => liveTensorBoard(context, peers));
  const mlflow = 'reason' in peers ? peers : await guarded('MLflow', () => liveMlflow(context, peers));
  return comparisons({ Trackside: trackside, TensorBoard: board, MLflow: mlflow });
}

function comparisons(live: Partial<Record<Product, Live>>): Comparison[] {
  const row = (
    what: string,
    unit: string,
    goal: string,
    value: (figures: LiveFigures) => number | string,
  ): Comparison => ({
    what,
    unit,
    goal,
    better: 'lower',
    values: Object.fromEntries(
      Object.entries(live).map(([product, figures]) => [
        product,
        'reason' in figures ? figures.reason : value(figures),
      ]),
    ),
  });
  return [
    row('A new point → pixel, page on screen, p95', 'ms', 'p95 < 150 ms', ({ newsMs }) =>
      newsMs === undefined ? 'needs reload' : Math.round(newsMs),
    ),
    row('Requests in a minute, page on screen, nothing new', '', '', ({ idleRequests }) => idleRequests),
    row('Requests in a minute, page hidden', '', '0', ({ hiddenRequests }) => hiddenRequests),
  ];
}

async function watch(
  context: BenchContext,
  { charts, proxy, report, hide }: LiveProduct,
): Promise<LiveFigures> {
  const watchMs = context.small ? 5_000 : 60_000;
  const countRequests = async (): Promise<number> => {
    const before = proxy.traffic().requests;
    await delay(watchMs);
    return proxy.traffic().requests - before;
  };
  await paintCharts(charts, { lines: 1, spikeShare: 0 }, 120_000);
  await delay(SETTLE_MS);
  const idleRequests = await countRequests();
  const most = context.small ? SAMPLES.small : SAMPLES.full;
  const news = await timeChanges(charts, report, { most, timeoutMs: NEWS_TIMEOUT_MS });
  const newsMs = news.length === 0 ? undefined : percentile(news, 0.95);
  await hide();
  await delay(SETTLE_MS);
  return { idleRequests, newsMs, samples: news.length, hiddenRequests: await countRequests() };
}

function liveTrackside(context: BenchContext): Promise<LiveFigures> {
  return withCountedEditor(
    { ...context, folder: path.join(context.folder, 'trackside-live') },
    (client) => fillTracker(client, 'live', SHAPE, { isRunning: true }),
    ({ window, proxy, client }, [task]) =>
      watch(context, {
        charts: tracksideCharts(window, [task?.name ?? '']),
        proxy,
        report: (nth) =>
          client.addBatch(
            scalarLines(
              task?.id ?? '',
              METRICS.map((index) => ({
                metric: `metric ${index}`,
                variant: 'train',
                iter: newStep(nth),
                value: newValue(nth),
              })),
            ),
          ),
        hide: () => hideEverything(window),
      }),
  );
}

async function liveTensorBoard(context: BenchContext, peers: Peers): Promise<LiveFigures> {
  const logs = writeLogs(path.join(context.folder, 'live'), SHAPE);
  const server = await startTensorBoard(peers, logs, SHAPE, undefined);
  const folder = path.join(logs, 'run 0');
  const file = path.join(folder, readdirSync(folder)[0] ?? '');
  const report: Report = (nth) => {
    METRICS.forEach((index) =>
      appendScalar(file, Date.now(), newStep(nth), `train/metric ${index}`, newValue(nth)),
    );
    return Promise.resolve();
  };
  return watchWebView(context, server, (url) => tensorBoardView(url), report);
}

async function liveMlflow(context: BenchContext, peers: Peers): Promise<LiveFigures> {
  const server = await startMlflow(peers, path.join(context.folder, 'live'));
  const { page, runIds } = await fillMlflow(server, 'live', SHAPE, { isRunning: true });
  const report: Report = (nth) => {
    const metrics = METRICS.map((index) => ({
      key: `train/metric ${index}`,
      value: newValue(nth),
      timestamp: Date.now(),
      step: newStep(nth),
    }));
    return server.client.logBatch(JSON.stringify({ run_id: runIds[0], metrics }));
  };
  return watchWebView(context, server, (url) => mlflowView(url, page), report);
}

/** Stops the server afterwards. */
async function watchWebView(
  context: BenchContext,
  server: { readonly url: string; stop(): Promise<void> },
  toView: (url: string) => WebView,
  report: Report,
): Promise<LiveFigures> {
  const proxy = await CountingProxy.start(server.url);
  const browser = await openBrowser();
  try {
    const charts = await openWebView(await browser.newContext({ viewport: SCREEN }), toView(proxy.url));
    return await watch(context, { charts, proxy, report, hide: () => hidePage(charts) });
  } finally {
    await browser.close();
    await proxy.stop();
    await server.stop();
  }
}

/** A headless browser never hides a page; this tells the page that it is hidden, as a browser would. */
async function hidePage({ page }: ChartPage): Promise<void> {
  await page.evaluate(() => {
    Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => 'hidden' });
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => true });
    document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
    window.dispatchEvent(new Event('blur'));
  });
}
