import type { Theme } from '../editor/editor-settings';

/** What `npm start` was asked for. */
export interface StartOptions {
  readonly opensBrowser: boolean;
  /** Undefined: the usual one, or a free one when that is taken. */
  readonly port: number | undefined;
  readonly theme: Theme | undefined;
  /** The folder to open, absolute. */
  readonly workspace: string;
}
