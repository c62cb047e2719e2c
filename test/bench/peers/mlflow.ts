import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { fillRun, MlflowClient } from './mlflow-store';
import type { WebView } from './peer-browser';
import { makeRuns, type DataShape } from './peer-data';
import type { Peers } from './peer-environment';
import { startPeer, type PeerProcess } from './peer-process';

/** MLflow's tracking server on the store that its documentation recommends for one machine. */
export interface MlflowServer extends PeerProcess {
  readonly databaseFile: string;
  readonly client: MlflowClient;
}

export async function startMlflow({ python }: Peers, parent: string): Promise<MlflowServer> {
  const folder = path.join(parent, 'mlflow');
  mkdirSync(folder, { recursive: true });
  const databaseFile = path.join(folder, 'mlflow.db');
  const server = await startPeer({
    program: python,
    args: (port) => [
      ...['-m', 'mlflow', 'server', '--host', '127.0.0.1', '--port', String(port)],
      ...['--backend-store-uri', `sqlite:///${databaseFile}`],
      ...['--default-artifact-root', path.join(folder, 'artifacts')],
      // On a busy machine its workers take longer to start than the five seconds after which they would be killed.
      ...['--uvicorn-opts', '--timeout-worker-healthcheck 60'],
    ],
    folder,
    readyPath: '/health',
  });
  return { ...server, databaseFile, client: new MlflowClient(server.url) };
}

/** Stores the runs in an experiment of their own; `page` is the path of the page with their curves. */
export async function fillMlflow(
  { client, databaseFile }: MlflowServer,
  name: string,
  shape: DataShape,
  { isRunning = false } = {},
): Promise<{ readonly page: string; readonly runIds: readonly string[] }> {
  const experiment = await client.createExperiment(name);
  const runIds: string[] = [];
  for (const run of makeRuns(shape)) {
    const id = await client.createRun(experiment, run.name, runColour(runIds.length));
    fillRun(databaseFile, id, run);
    if (!isRunning) {
      await client.finishRun(id);
    }
    runIds.push(id);
  }
  const page = runIds.length === 1 ? `runs/${runIds[0] ?? ''}/model-metrics` : 'runs?compareRunsMode=CHART';
  return { page: `/#/experiments/${experiment}/${page}`, runIds };
}

/** Hues far apart, as CSS that its page takes. */
function runColour(index: number): string {
  const hues = [
    '#1f77b4',
    '#ff7f0e',
    '#2ca02c',
    '#d62728',
    '#9467bd',
    '#8c564b',
    '#e377c2',
    '#bcbd22',
    '#17becf',
  ];
  return hues[index % hues.length] ?? '#1f77b4';
}

export function mlflowView(url: string, page: string): WebView {
  return { address: url + page, charts: '.js-plotly-plot', settings: {} };
}
