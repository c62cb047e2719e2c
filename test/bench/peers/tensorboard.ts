import path from 'node:path';
import axios from 'axios';
import { until } from '../../editor/harness/until';
import { writeEventFile } from './event-file';
import type { WebView } from './peer-browser';
import { makeRuns, type DataShape } from './peer-data';
import type { Peers } from './peer-environment';
import { startPeer, type PeerProcess } from './peer-process';

/**
 * Settings that a person would choose to see a single point: no smoothing, no outliers cut off, reloading by itself
 * as often as the page allows.
 */
const SETTINGS = {
  _tb_global_settings: JSON.stringify({
    scalarSmoothing: 0,
    ignoreOutliers: false,
    autoReload: true,
    autoReloadPeriodInMs: 30_000,
    timeSeriesSettingsPaneOpened: false,
  }),
} as const;

/** Writes the runs as event files; answers the folder to start TensorBoard on. */
export function writeLogs(folder: string, shape: DataShape): string {
  const logs = path.join(folder, 'tensorboard');
  for (const run of makeRuns(shape)) {
    writeEventFile(path.join(logs, run.name), run);
  }
  return logs;
}

/**
 * TensorBoard on a folder of logs, with its fast loader, waiting until the last point is loaded.
 * @param samples points kept per curve; undefined: its own default of 1,000. Its documentation has 0 for "all", of
 *   which the fast loader shows no point at all, so all are asked for by their number.
 */
export async function startTensorBoard(
  { python }: Peers,
  logs: string,
  shape: DataShape,
  samples: number | undefined,
): Promise<PeerProcess> {
  const server = await startPeer({
    program: python,
    args: (port) => [
      ...['-m', 'tensorboard.main', '--logdir', logs, '--host', '127.0.0.1', '--port', String(port)],
      ...['--load_fast=true', '--reload_interval=1'],
      ...(samples === undefined ? [] : [`--samples_per_plugin=scalars=${samples}`]),
    ],
    folder: logs,
    readyPath: '/data/runs',
  });
  try {
    await until('TensorBoard has loaded the logs', () => isLoaded(server.url, shape), 120_000);
    return server;
  } catch (error) {
    await server.stop();
    throw error;
  }
}

async function isLoaded(url: string, { runs, metrics, points }: DataShape): Promise<boolean> {
  const query = new URLSearchParams({ run: `run ${runs - 1}`, tag: `train/metric ${metrics - 1}` });
  // Not by Node's own `fetch`, which ends the process when a server closes a long answer that is still being read.
  const { status, data } = await axios.get<string>(`${url}/data/plugin/scalars/scalars?${query.toString()}`, {
    responseType: 'text',
    validateStatus: null,
  });
  return status === 200 && data.includes(`, ${points - 1}, `);
}

export function tensorBoardView(url: string): WebView {
  return { address: `${url}/#timeseries`, charts: 'line-chart .series-view', settings: SETTINGS };
}
