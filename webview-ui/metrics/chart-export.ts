import type { ChartFormat, CurvesMessage } from '../../src/features/metrics/panel-contract';
import { chartPng, chartSvg, type ChartPicture } from './chart-image';

/** Hands a picture of a chart to the editor, which asks where to. */
export async function saveChart(
  picture: ChartPicture,
  format: ChartFormat,
  post: (message: CurvesMessage) => void,
): Promise<void> {
  const bytes =
    format === 'svg'
      ? new TextEncoder().encode(chartSvg(picture))
      : new Uint8Array(await (await chartPng(picture)).arrayBuffer());
  post({ type: 'saveChart', metric: picture.title, format, bytes });
}

/** Puts a picture of a chart on the clipboard; rejects where the page may not. */
export async function copyChart(picture: ChartPicture): Promise<void> {
  await navigator.clipboard.write([new ClipboardItem({ 'image/png': chartPng(picture) })]);
}
