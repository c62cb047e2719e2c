const GROUPED = new Intl.NumberFormat('en-US');

/** A count or a step with its thousands apart. */
export function formatCount(count: number): string {
  return Number.isFinite(count) ? GROUPED.format(count) : String(count);
}

/** Short form for legends: five significant digits, words for what is no finite number. */
export function formatValue(value: number): string {
  if (!Number.isFinite(value)) {
    return formatExact(value);
  }
  const magnitude = Math.abs(value);
  if (magnitude !== 0 && (magnitude < 1e-4 || magnitude >= 1e7)) {
    return value.toExponential(3).replace('e+', 'e');
  }
  return String(Number(value.toPrecision(5)));
}

/** The value with all its digits: reading it back gives the same double. */
export function formatExact(value: number): string {
  if (Number.isFinite(value)) {
    return String(value);
  }
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '∞' : '−∞';
}

/** How long something took that is over: `120 ms`, `4.2 s`, and from a minute on as {@link formatDuration} writes it. */
export function formatSpan(durationMs: number): string {
  if (!(durationMs > 0) || durationMs >= 60_000) {
    return formatDuration(durationMs);
  }
  return durationMs < 1_000 ? `${Math.ceil(durationMs)} ms` : `${Math.floor(durationMs / 100) / 10} s`;
}

/** To the second, as for something that goes on: `4 s`, `3 min 05 s`, `2 h 07 min`, `3 d 04 h`. */
export function formatDuration(durationMs: number): string {
  const seconds = Math.max(0, Math.floor(durationMs / 1_000));
  const pad = (value: number): string => String(value).padStart(2, '0');
  if (seconds < 60) {
    return `${seconds} s`;
  }
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) {
    return `${minutes} min ${pad(seconds % 60)} s`;
  }
  const hours = Math.floor(minutes / 60);
  return hours < 24
    ? `${hours} h ${pad(minutes % 60)} min`
    : `${Math.floor(hours / 24)} d ${pad(hours % 24)} h`;
}

/** An offset from the start of the run, as short as the distance of the ticks allows: `1:05`, `2:07:00`, `0.25 s`. */
export function formatOffset(offsetMs: number, precisionMs: number): string {
  const sign = offsetMs < 0 ? '−' : '';
  const magnitude = Math.abs(offsetMs);
  if (precisionMs < 1_000) {
    const digits = precisionMs >= 100 ? 1 : precisionMs >= 10 ? 2 : 3;
    return `${sign}${(magnitude / 1_000).toFixed(digits)} s`;
  }
  const total = Math.round(magnitude / 1_000);
  if (total < 60 && precisionMs < 60_000) {
    return `${sign}${total} s`;
  }
  const pad = (value: number): string => String(value).padStart(2, '0');
  const hours = Math.floor(total / 3_600);
  const minutes = Math.floor((total % 3_600) / 60);
  const rest = pad(total % 60);
  return hours === 0 ? `${sign}${minutes}:${rest}` : `${sign}${hours}:${pad(minutes)}:${rest}`;
}

/** Clock time of a tick; the date when ticks are a day apart. */
export function formatClock(timeMs: number, precisionMs: number): string {
  const date = new Date(timeMs);
  const pad = (value: number, width = 2): string => String(value).padStart(width, '0');
  if (precisionMs >= 86_400_000) {
    return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
  }
  const clock = `${pad(date.getHours())}:${pad(date.getMinutes())}`;
  if (precisionMs >= 60_000) {
    return clock;
  }
  const seconds = `${clock}:${pad(date.getSeconds())}`;
  return precisionMs >= 1_000 ? seconds : `${seconds}.${pad(date.getMilliseconds(), 3)}`;
}

/** Date and clock time with milliseconds, local. */
export function formatMoment(timeMs: number): string {
  return Number.isFinite(timeMs) ? `${formatClock(timeMs, 86_400_000)} ${formatClock(timeMs, 1)}` : 'no time';
}

/** Date and clock time to the second, local. */
export function formatSecond(timeMs: number): string {
  return formatMoment(timeMs).replace(/\.\d+$/, '');
}

/** Numbers from here on are read by their exponent, unless ticks are so near that it hides what differs. */
const LARGE = 1e9;
const MILLION = 1e6;

/**
 * Axis label of a value: as many digits as neighbouring ticks need to differ.
 * @param step distance of the ticks.
 */
export function formatTick(value: number, step: number): string {
  if (value === 0) {
    return '0';
  }
  const magnitude = Math.abs(value);
  if (magnitude < 1e-4) {
    return exponential(value, digitsBetween(magnitude, step));
  }
  if (magnitude >= LARGE && digitsBetween(magnitude, step) <= 3) {
    return exponential(value, digitsBetween(magnitude, step));
  }
  const millionDigits = digitsBetween(MILLION, step);
  if (magnitude >= MILLION && magnitude < LARGE && millionDigits <= 2) {
    return `${groupedDigits(value / MILLION, millionDigits)}M`;
  }
  return groupedDigits(value, Math.min(15, digitsBetween(1, step)));
}

/** How many decimal places of `unit` tell values apart that are `step` apart. */
function digitsBetween(unit: number, step: number): number {
  return Math.max(0, Math.ceil(Math.log10(unit / step) - 1e-9));
}

function exponential(value: number, digits: number): string {
  return value
    .toExponential(Math.min(digits, 15))
    .replace(/(\.\d*?)0+e/, '$1e')
    .replace('.e', 'e')
    .replace('e+', 'e');
}

/** By the most digits; making one takes longer than what it formats. */
const digitFormats = new Map<number, Intl.NumberFormat>();

function groupedDigits(value: number, digits: number): string {
  const known = digitFormats.get(digits);
  const format = known ?? new Intl.NumberFormat('en-US', { maximumFractionDigits: digits + 1 });
  digitFormats.set(digits, format);
  return format.format(value);
}
