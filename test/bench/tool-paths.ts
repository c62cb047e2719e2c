import { existsSync } from 'node:fs';
import path from 'node:path';

/** Where the built parts are. */
export interface ToolPaths {
  readonly root: string;
  readonly tracker: string;
}

/** The project's folder: the nearest one above `from` that holds the manifest. */
export function findToolPaths(from: string): ToolPaths {
  let root = from;
  while (!existsSync(path.join(root, 'esbuild.mjs'))) {
    const parent = path.dirname(root);
    if (parent === root) {
      throw new Error(`No project folder above ${from}.`);
    }
    root = parent;
  }
  return { root, tracker: path.join(root, 'dist', 'tracker.js') };
}
