import { HoconError } from './hocon-error';
import type { HoconFields } from './hocon-nodes';
import { parseHocon } from './parse-hocon';

export interface HoconFiles {
  /** Text of a file by its absolute path; undefined when there is none. Throws when it cannot be read. */
  read(file: string): Promise<string | undefined>;
  /** Absolute path of what `from` calls `file`. */
  resolve(from: string, file: string): string;
}

const MAX_FILES = 50;
/** A file that is included in several places is parsed each time. */
const MAX_PARSED = 200;

/** Parses a file with all that it includes. Throws HoconError, or what reading throws. */
export async function loadHocon(file: string, files: HoconFiles): Promise<HoconFields> {
  const texts = new Map<string, string | undefined>();
  for (let wanted: readonly string[] = [file]; wanted.length > 0;) {
    for (const name of wanted) {
      texts.set(name, await files.read(name));
    }
    if (texts.size > MAX_FILES) {
      throw new HoconError(`more than ${MAX_FILES} files are included`, file);
    }
    const pass = new Pass(texts, files);
    const fields = pass.parse(file, []);
    if (pass.missing.size === 0) {
      if (fields === undefined) {
        throw new HoconError('there is no such file', file);
      }
      return fields;
    }
    wanted = [...pass.missing];
  }
  throw new HoconError('there is no such file', file);
}

/** One try to parse everything with the texts at hand; what else is needed is in `missing` afterwards. */
class Pass {
  readonly missing = new Set<string>();
  private parsed = 0;

  constructor(
    private readonly texts: ReadonlyMap<string, string | undefined>,
    private readonly files: HoconFiles,
  ) {}

  parse(file: string, includedBy: readonly string[]): HoconFields | undefined {
    if (includedBy.includes(file)) {
      throw new HoconError(`it includes itself by way of ${includedBy.at(-1) ?? file}`, file);
    }
    const text = this.texts.get(file);
    if (text === undefined) {
      return undefined;
    }
    this.parsed += 1;
    if (this.parsed > MAX_PARSED) {
      throw new HoconError('files include each other too often', file);
    }
    return parseHocon(text, file, (include) => {
      const target = this.files.resolve(file, include.file);
      if (!this.texts.has(target)) {
        this.missing.add(target);
        return new Map();
      }
      return this.parse(target, [...includedBy, file]);
    });
  }
}
