import { seriesKey } from '../../core/series';
import type { SeriesAddress } from './event-batch';
import type { LineShape } from './line-shape';

/** Characters of names and shapes that are kept; what a task with 5,000 metrics needs, several times over. */
const MOST_CHARACTERS = 16 * 1024 * 1024;

/** What is known of the lines of one task or model. */
class OwnerLines {
  /** By series; undefined: one line was seen, and nothing learnt from it yet. */
  readonly shapes = new Map<string, LineShape | undefined>();
  characters = 0;
}

/**
 * What the lines of scalars looked like in the batches that came before, for as many tasks as there is room for; the
 * task that was reported to least recently is forgotten first.
 */
export class KnownLines {
  private readonly owners = new Map<string, OwnerLines>();
  private characters = 0;

  constructor(private readonly mostCharacters = MOST_CHARACTERS) {}

  find(address: SeriesAddress): LineShape | undefined {
    return this.touch(ownerKey(address)).shapes.get(seriesKey(address));
  }

  /** Whether a line of the series was seen before; from now on one was. */
  isSeen(address: SeriesAddress): boolean {
    const lines = this.touch(ownerKey(address));
    const key = seriesKey(address);
    const isSeen = lines.shapes.has(key);
    if (!isSeen && this.makeRoom(key.length)) {
      lines.shapes.set(key, undefined);
      this.count(lines, key.length);
    }
    return isSeen;
  }

  /** Keeps the shape in place of an earlier one of its series, if there is room. */
  keep(shape: LineShape): void {
    const lines = this.touch(ownerKey(shape.address));
    const key = seriesKey(shape.address);
    const earlier = lines.shapes.get(key);
    const growth = shape.characters - (earlier?.characters ?? 0);
    if (this.makeRoom(growth)) {
      lines.shapes.set(key, shape);
      this.count(lines, growth);
    }
  }

  /** The owner's lines, which are now the ones used most recently. */
  private touch(key: string): OwnerLines {
    const known = this.owners.get(key);
    const lines = known ?? new OwnerLines();
    this.owners.delete(key);
    this.owners.set(key, lines);
    if (known === undefined) {
      this.count(lines, key.length);
    }
    return lines;
  }

  private count(lines: OwnerLines, characters: number): void {
    lines.characters += characters;
    this.characters += characters;
  }

  /** Forgets other owners' lines until so many characters fit; false: they never will. */
  private makeRoom(characters: number): boolean {
    for (const [key, { characters: held }] of this.owners) {
      if (this.characters + characters <= this.mostCharacters || this.owners.size === 1) {
        break;
      }
      this.owners.delete(key);
      this.characters -= held;
    }
    return this.characters + characters <= this.mostCharacters;
  }
}

function ownerKey({ owner, isModel }: SeriesAddress): string {
  return isModel ? `model ${owner}` : `task ${owner}`;
}
