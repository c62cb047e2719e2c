import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import type { BenchRow, Figures } from './bench-row';

/** Sizes of what was built last. The VSIX counts only when `npm run package` made one; bundles as they lie in dist/. */
export const sizesRow: BenchRow = {
  id: 'sizes',
  title: 'Sizes',
  budget: 'VSIX < 1.5 MB; extension bundle < 500 kB',
  run({ root }): Promise<Figures> {
    const figures: Record<string, number> = {};
    const dist = path.join(root, 'dist');
    for (const file of filesBelow(dist).filter((name) => /\.(js|css)$/.test(name))) {
      figures[`${path.relative(dist, file)} kB`] = kilobytes(file);
    }
    for (const name of readdirSync(root).filter((entry) => entry.endsWith('.vsix'))) {
      figures[`${name} kB`] = kilobytes(path.join(root, name));
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

const kilobytes = (file: string): number => Math.round(statSync(file).size / 100) / 10;
