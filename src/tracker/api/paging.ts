import { validationError } from '../api-error';
import { newId } from '../ids';
import type { JsonObject } from '../json';

/** Where a listing begins and how long it is. */
export interface PageWindow {
  readonly offset: number;
  readonly limit: number;
  /** Set when the request scrolls: call it with what was returned to get the answer's `scroll_id`. */
  readonly advance?: (returned: number) => string;
}

/** Pages longer than this are cut, silently, as the real server does; scrolling has no such limit. */
const LARGEST_PAGE = 500;
const SCROLL_LIFETIME_MS = 600_000;
const LARGEST_SCROLL = 100_000;

/** Positions of clients that scroll. An unknown or expired id begins again, as on the real server. */
export class Scrolls {
  private readonly positions = new Map<string, { readonly offset: number; readonly usedAt: number }>();

  constructor(private readonly nowMs: () => number) {}

  /** Reads `scroll_id`+`size`, `start`+`size` or `page`+`page_size`. Throws 400/12 for impossible ones. */
  window(data: JsonObject): PageWindow {
    if ('scroll_id' in data) {
      return this.scrolled(data);
    }
    const size = count(data, 'size', 1);
    const start = count(data, 'start', 0);
    if (start !== undefined && size !== undefined) {
      return { offset: start, limit: size };
    }
    const limit = Math.min(count(data, 'page_size', 1) ?? LARGEST_PAGE, LARGEST_PAGE);
    return { offset: (count(data, 'page', 0) ?? 0) * limit, limit };
  }

  private scrolled(data: JsonObject): PageWindow {
    const size = count(data, 'size', 1);
    if (size === undefined) {
      throw validationError('size must be given with scroll_id');
    }
    this.forgetOld();
    const given = data['scroll_id'];
    const known = typeof given === 'string' ? this.positions.get(given) : undefined;
    const id = typeof given === 'string' && known !== undefined ? given : newId();
    const position = known?.offset ?? 0;
    const isRefresh = data['refresh_scroll'] === true && position > 0;
    const offset = isRefresh ? 0 : position;
    const limit = Math.min(isRefresh ? position : size, LARGEST_SCROLL);
    const advance = (returned: number): string => {
      this.positions.set(id, { offset: isRefresh ? position : offset + returned, usedAt: this.nowMs() });
      return id;
    };
    return { offset, limit, advance };
  }

  private forgetOld(): void {
    const oldest = this.nowMs() - SCROLL_LIFETIME_MS;
    for (const [id, { usedAt }] of this.positions) {
      if (usedAt < oldest) {
        this.positions.delete(id);
      }
    }
  }
}

function count(data: JsonObject, name: string, smallest: number): number | undefined {
  const value = data[name];
  if (value === undefined || value === null) {
    return undefined;
  }
  if (typeof value !== 'number' || !Number.isInteger(value) || value < smallest) {
    throw validationError(`${name} must be a whole number of at least ${smallest}`);
  }
  return value;
}
