import type { EpochMs } from '../../core/entities';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const MOST_DAYS = 30;

/** Words about a time, and when they stop being true. */
export interface TimePhrase {
  readonly text: string;
  readonly expiresAt: EpochMs;
}

/** How long ago: `just now`, `5 min ago`, `3 h ago`, `2 days ago`, then the date. */
export function timeAgo(then: EpochMs, now: EpochMs): TimePhrase {
  const elapsedMs = Math.max(0, now - then);
  if (!Number.isFinite(elapsedMs)) {
    return { text: 'at an unknown time', expiresAt: Number.POSITIVE_INFINITY };
  }
  if (elapsedMs < MINUTE_MS) {
    return { text: 'just now', expiresAt: then + MINUTE_MS };
  }
  if (elapsedMs >= MOST_DAYS * DAY_MS) {
    return { text: dateText(then), expiresAt: Number.POSITIVE_INFINITY };
  }
  const { count, unitMs, unit } = coarse(elapsedMs);
  return { text: `${count} ${unit} ago`, expiresAt: then + (count + 1) * unitMs };
}

/** How long something has been going on, true to the minute: `under 1 min`, `12 min`, `3 h 5 min`, `2 days`. */
export function timeSince(start: EpochMs, now: EpochMs): TimePhrase {
  const elapsedMs = Math.max(0, now - start);
  const stepMs = elapsedMs < DAY_MS ? MINUTE_MS : HOUR_MS;
  const steps = Math.floor(elapsedMs / stepMs);
  return { text: roughDuration(elapsedMs), expiresAt: start + (steps + 1) * stepMs };
}

/** A finished span, exact to the second below an hour: `45 s`, `3 min 20 s`, `2 h 5 min`, `3 days 4 h`. */
export function exactDuration(durationMs: number): string {
  const ms = Math.max(0, durationMs);
  if (ms < MINUTE_MS) {
    return `${Math.floor(ms / SECOND_MS)} s`;
  }
  if (ms < HOUR_MS) {
    return joined(Math.floor(ms / MINUTE_MS), 'min', Math.floor((ms % MINUTE_MS) / SECOND_MS), 's');
  }
  return roughDuration(ms);
}

/** Local date and time, to the second, the same in every locale. */
export function momentText(at: EpochMs): string {
  const date = new Date(at);
  return `${dateText(at)} ${[date.getHours(), date.getMinutes(), date.getSeconds()].map(twoDigits).join(':')}`;
}

function roughDuration(ms: number): string {
  if (ms < MINUTE_MS) {
    return 'under 1 min';
  }
  if (ms < HOUR_MS) {
    return `${Math.floor(ms / MINUTE_MS)} min`;
  }
  if (ms < DAY_MS) {
    return joined(Math.floor(ms / HOUR_MS), 'h', Math.floor((ms % HOUR_MS) / MINUTE_MS), 'min');
  }
  const days = Math.floor(ms / DAY_MS);
  return joined(days, days === 1 ? 'day' : 'days', Math.floor((ms % DAY_MS) / HOUR_MS), 'h');
}

function joined(big: number, bigUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${big} ${bigUnit}` : `${big} ${bigUnit} ${small} ${smallUnit}`;
}

function coarse(elapsedMs: number): { count: number; unitMs: number; unit: string } {
  if (elapsedMs < HOUR_MS) {
    return { count: Math.floor(elapsedMs / MINUTE_MS), unitMs: MINUTE_MS, unit: 'min' };
  }
  if (elapsedMs < DAY_MS) {
    return { count: Math.floor(elapsedMs / HOUR_MS), unitMs: HOUR_MS, unit: 'h' };
  }
  const count = Math.floor(elapsedMs / DAY_MS);
  return { count, unitMs: DAY_MS, unit: count === 1 ? 'day' : 'days' };
}

function dateText(at: EpochMs): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) {
    return 'an unknown date';
  }
  return [date.getFullYear(), date.getMonth() + 1, date.getDate()].map(twoDigits).join('-');
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
