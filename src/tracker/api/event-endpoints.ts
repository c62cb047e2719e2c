import * as z from 'zod';
import type { CommitGroup } from '../events/commit-group';
import type { BatchOrigin, ReportedBatch } from '../events/event-batch';
import { EventWriter } from '../events/event-writer';
import { KnownLines } from '../events/known-lines';
import { batchOf, readBatch } from '../events/read-batch';
import { TextStreamAnswer, type Call, type Endpoint } from '../http/call';
import { isoTime, type JsonObject } from '../json';
import type { StoredLogEntry } from '../storage/log-store';
import { TaskCommands } from '../tasks/task-commands';
import type { TrackerContext } from '../tracker-context';
import { maybeCount, maybeFlag, maybeText, reading } from './endpoint';
import { logEvent } from './log-event';
import { sampleEventEndpoints } from './sample-endpoints';
import { scalarEndpoints } from './scalar-endpoints';

/** Reporting and reading events. */
export function eventEndpoints(context: TrackerContext, commits: CommitGroup): Endpoint[] {
  const writer = new EventWriter(context);
  const known = new KnownLines();
  const write = (call: Call, batch: ReportedBatch): Promise<JsonObject> =>
    commits.submit(() => writer.write(batch, call));
  const originOf = ({ worker }: Call): BatchOrigin => ({ worker, nowMs: context.clock.now() });
  const single = (call: Call): Promise<JsonObject> => write(call, batchOf(call.data, originOf(call)));
  return [
    {
      name: 'events.add_batch',
      isBatch: true,
      run: (call) =>
        call.lines === undefined ? single(call) : write(call, readBatch(call.lines, originOf(call), known)),
    },
    { name: 'events.add', run: single },
    taskLog(context),
    downloadedLog(context),
    ...scalarEndpoints(context),
    ...sampleEventEndpoints(context),
  ];
}

function taskLog(context: TrackerContext): Endpoint {
  const input = z.object({
    task: z.string(),
    batch_size: maybeCount,
    navigate_earlier: z.boolean().nullish(),
    from_timestamp: z.number().nullish(),
    order: z.enum(['asc', 'desc']).nullish(),
    model_events: maybeFlag,
    scroll_id: maybeText,
  });
  return reading('events.get_task_log', input, (request) => {
    const { key } = new TaskCommands(context).require(request.task);
    const isBackward = request.navigate_earlier ?? true;
    const from = request.from_timestamp ?? 0;
    const limit = Math.min(Math.max(request.batch_size ?? 5000, 1), 10_000);
    const found = context.storage.logs.byTime(key, from === 0 ? undefined : from, isBackward, limit);
    const sign = (request.order ?? (isBackward ? 'desc' : 'asc')) === 'asc' ? 1 : -1;
    const entries = found.toSorted((left, right) => sign * (left.at - right.at));
    return {
      events: entries.map((entry) => logEvent(request.task, entry)),
      returned: entries.length,
      total: Math.min(context.storage.logs.count(key), 10_000),
    };
  });
}

const DEFAULT_LINE = '{asctime} {worker} {level} {msg}';
const LOG_PAGE = 1_000;

/** The whole console as a text file: each entry by a format, or as an object in JSON. */
function downloadedLog(context: TrackerContext): Endpoint {
  const input = z.object({
    task: z.string(),
    line_type: z.enum(['json', 'text']).nullish(),
    line_format: maybeText,
  });
  return reading('events.download_task_log', input, (request) => {
    const { key, id } = new TaskCommands(context).require(request.task);
    const format = request.line_format ?? DEFAULT_LINE;
    const toLine = request.line_type === 'json' ? jsonLine : textLine(format);
    return new TextStreamAnswer(logLines(context, key, toLine), `task_${id}.log`);
  });
}

function* logLines(
  context: TrackerContext,
  key: number,
  toLine: (entry: StoredLogEntry) => string,
): Iterable<string> {
  for (let last = 0, hasMore = true; hasMore;) {
    const page = context.storage.logs.after(key, last, LOG_PAGE);
    yield page.entries.map(toLine).join('');
    last = page.entries.at(-1)?.id ?? last;
    hasMore = page.hasMore;
  }
}

function lineFields({ at, worker, level, text }: StoredLogEntry): Record<string, string> {
  return { asctime: isoTime(at), timestamp: String(at), worker, level, msg: text.replace(/\n$/, '') };
}

function jsonLine(entry: StoredLogEntry): string {
  return `${JSON.stringify({ ...lineFields(entry), timestamp: entry.at })}\n`;
}

/** Names in braces are replaced once: what an entry says is no format. */
function textLine(format: string): (entry: StoredLogEntry) => string {
  return (entry) => {
    const fields = new Map(Object.entries(lineFields(entry)));
    return `${format.replace(/\{(\w+)\}/g, (whole, name: string) => fields.get(name) ?? whole)}\n`;
  };
}
