import type { Event } from '../core/emitter';

/** Whether the person looks at this window; refreshing by time slows down while nobody does. */
export interface Attention {
  readonly isFocused: boolean;
  readonly onDidChange: Event<boolean>;
}
