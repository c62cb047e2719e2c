import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import type { BenchRow, Figures } from './bench-row';

/** Sizes of what was built last. The VSIX counts only when `npm run package` made one; bundles as they lie in dist/. */
export const sizesRow: BenchRow = {
  id: 'sizes',
  title: 'Sizes',
  budget: 'VSIX < 1.5 MB; loaded at activation < 500 kB',
  run({ root }): Promise<Figures> {
    const dist = path.join(root, 'dist');
    const files = filesBelow(dist).filter((name) => /\.(js|css)$/.test(name));
    const atActivation = [path.join(dist, 'extension.js')];
    const isHost = (file: string): boolean => /extension\.js$|chunks/.test(file);
    const figures: Record<string, number> = {
      'loaded at activation kB': kilobytes(atActivation),
      'loaded when needed kB': kilobytes(
        files.filter((file) => isHost(file) && !atActivation.includes(file)),
      ),
    };
    for (const file of files.filter((each) => !isHost(each))) {
      figures[`${path.relative(dist, file)} kB`] = kilobytes([file]);
    }
    for (const name of readdirSync(root).filter((entry) => entry.endsWith('.vsix'))) {
      figures[`${name} kB`] = kilobytes([path.join(root, name)]);
    }
    return Promise.resolve(figures);
  },
};

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}

const kilobytes = (files: readonly string[]): number =>
  Math.round(files.reduce((sum, file) => sum + statSync(file).size, 0) / 100) / 10;
