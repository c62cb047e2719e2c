/** Entry of the worker thread that holds the points of all open panels, away from the extension host's main thread. */
import { parentPort } from 'node:worker_threads';
import type { Frame, FrameBand, FramePoints } from './panel-contract';
import { SeriesEngine } from './series-engine';
import type { WorkerAnswer, WorkerCall, WorkerReply, WorkerRequest } from './worker-contract';

function serve(): void {
  const engine = new SeriesEngine();
  const port = parentPort;
  port?.on('message', (call: WorkerCall) => {
    const reply = answerCall(engine, call);
    port.postMessage(reply, buffersOf(reply));
  });
}

function answerCall(engine: SeriesEngine, { callId, request }: WorkerCall): WorkerReply {
  try {
    return { callId, answer: answerRequest(engine, request) };
  } catch (error) {
    return { callId, error: error instanceof Error ? error.message : String(error) };
  }
}

function answerRequest(engine: SeriesEngine, request: WorkerRequest): WorkerAnswer {
  switch (request.kind) {
    case 'ingest':
      return { kind: 'ingest', result: engine.ingest(request.panelId, request.deltas, request.run) };
    case 'frames':
      return { kind: 'frames', frames: engine.frames(request.panelId, request.keys, request.selection) };
    case 'text':
      return { kind: 'text', bytes: engine.text(request.panelId, request.part) };
    case 'clear':
      engine.clear(request.panelId, request.run);
      return { kind: 'clear' };
  }
}

function buffersOf(reply: WorkerReply): ArrayBuffer[] {
  if (!('answer' in reply) || reply.answer.kind !== 'frames') {
    return [];
  }
  return reply.answer.frames.flatMap((frame: Frame) => [
    ...columnBuffers(frame.points),
    ...(frame.band === null ? [] : bandBuffers(frame.band)),
    ...(frame.smoothed === null ? [] : columnBuffers(frame.smoothed)),
    ...frame.superseded.flatMap(columnBuffers),
  ]);
}

function columnBuffers(points: FramePoints): ArrayBuffer[] {
  const { steps, times, values, xs } = points;
  return [steps, times, values, ...(xs === null ? [] : [xs])].map(({ buffer }) => buffer);
}

function bandBuffers({ lowers, uppers, counts }: FrameBand): ArrayBuffer[] {
  return [lowers, uppers, counts].map(({ buffer }) => buffer);
}

serve();
