/** One line of a `requirements.txt`. */
export interface Requirement {
  /** As package indexes compare names: lower case, `-` for every run of `-`, `_` and `.` (PEP 503). */
  readonly name: string;
  /** `1.2` for an exact version, else what the line asks for, such as `>=1.0` or an address; empty for any. */
  readonly version: string;
}

/** The packages that a text in the form of a `requirements.txt` names; options and comments are left out. */
export function parseRequirements(text: string): Requirement[] {
  return text.split(/\r?\n/u).flatMap((line) => requirementOf(line.replace(/(^|\s)#.*$/u, '').trim()) ?? []);
}

const ADDRESS_WITH_NAME = /#egg=([\w.-]+)/u;
const NAMED = /^([A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\])?\s*(.*)$/u;

function requirementOf(line: string): Requirement | undefined {
  const egg = ADDRESS_WITH_NAME.exec(line)?.[1];
  if (egg !== undefined) {
    return { name: plainName(egg), version: line };
  }
  const [, name, rest = ''] = NAMED.exec(line) ?? [];
  if (name === undefined || /^[a-z]+(?:\+[a-z]+)?:\/\//u.test(line)) {
    return undefined;
  }
  const version = rest.trim();
  const exact = /^={2,3}\s*([^,;\s]+)$/u.exec(version)?.[1];
  return { name: plainName(name), version: exact ?? version };
}

function plainName(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/gu, '-');
}
