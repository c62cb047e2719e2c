import { HoconError } from './hocon-error';
import type { HoconField, HoconFields, HoconNode } from './hocon-nodes';

/** A HOCON value with everything looked up. Numbers and flags stay texts, as they were written. */
export type HoconValue = string | readonly HoconValue[] | { readonly [key: string]: HoconValue };

export type Variables = Readonly<Record<string, string | undefined>>;

/** What evaluating may cost, so that a small file cannot become a huge value. */
const MAX_STEPS = 200_000;
const MAX_CHAIN = 200;
const MAX_TEXT_LENGTH = 1_048_576;

/** Looks up substitutions in the settings themselves, then in `variables`. Throws HoconError. */
export class HoconResolver {
  private readonly done = new Map<HoconField, HoconValue | undefined>();
  /** Fields being evaluated, with what their earlier layers came to: a field that names itself means that. */
  private readonly open = new Map<HoconField, HoconValue | undefined>();
  private steps = 0;

  constructor(
    private readonly root: HoconFields,
    private readonly variables: Variables,
    private readonly source: string,
  ) {}

  /** The value at the path; undefined when nothing is there. What other paths hold is not evaluated. */
  at(path: readonly string[]): HoconValue | undefined {
    return this.lookUp(this.root, path);
  }

  private lookUp(fields: HoconFields, path: readonly string[]): HoconValue | undefined {
    const [key = '', ...rest] = path;
    const field = fields.get(key);
    if (field === undefined || rest.length === 0) {
      return field === undefined ? undefined : this.evaluateField(field);
    }
    const [only, ...others] = field.layers;
    if (only?.kind === 'object' && others.length === 0) {
      return this.lookUp(only.fields, rest);
    }
    return rest.reduce<HoconValue | undefined>(
      (value, name) => (isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined),
      this.evaluateField(field),
    );
  }

  private evaluateField(field: HoconField): HoconValue | undefined {
    if (this.done.has(field)) {
      return this.done.get(field);
    }
    if (this.open.has(field)) {
      return this.open.get(field);
    }
    if (this.open.size > MAX_CHAIN) {
      throw new HoconError('the settings refer to each other in too long a chain', this.source);
    }
    let value: HoconValue | undefined;
    for (const layer of field.layers) {
      this.open.set(field, value);
      const next = this.evaluate(layer, value);
      value = isObject(value) && isObject(next) ? mergedObjects(value, next) : (next ?? value);
    }
    this.open.delete(field);
    if (this.open.size === 0 || value !== undefined) {
      this.done.set(field, value);
    }
    return value;
  }

  private evaluate(node: HoconNode, before: HoconValue | undefined): HoconValue | undefined {
    this.steps += 1;
    if (this.steps > MAX_STEPS) {
      throw new HoconError('the settings refer to each other too often', this.source);
    }
    switch (node.kind) {
      case 'text':
        return node.text;
      case 'object':
        return this.evaluateObject(node.fields);
      case 'array':
        return this.evaluateAll(node.items, undefined);
      case 'substitution':
        return this.substitute(node, before);
      case 'concatenation':
        return this.join(this.evaluateAll(node.parts, before), node);
    }
  }

  private evaluateAll(nodes: readonly HoconNode[], before: HoconValue | undefined): HoconValue[] {
    return nodes.map((node) => this.evaluate(node, before)).filter((value) => value !== undefined);
  }

  private evaluateObject(fields: HoconFields): HoconValue {
    const entries: [string, HoconValue][] = [];
    for (const [key, field] of fields) {
      const value = this.evaluateField(field);
      if (value !== undefined) {
        entries.push([key, value]);
      }
    }
    return Object.fromEntries(entries);
  }

  private substitute(
    { path, isOptional, source, line }: HoconNode & { kind: 'substitution' },
    before: HoconValue | undefined,
  ): HoconValue | undefined {
    const value =
      path.length === 0 ? before : (this.lookUp(this.root, path) ?? this.variable(path.join('.')));
    if (value === undefined && !isOptional) {
      throw new HoconError(`\${${path.join('.')}} is set nowhere`, source, line);
    }
    return value;
  }

  private variable(name: string): string | undefined {
    return Object.hasOwn(this.variables, name) ? this.variables[name] : undefined;
  }

  private join(values: readonly HoconValue[], node: HoconNode): HoconValue | undefined {
    const solid = values.filter((value) => typeof value !== 'string' || value.trim() !== '');
    const [first, ...others] = solid;
    if (isObject(first) && others.every(isObject)) {
      return others.reduce(mergedObjects, first);
    }
    if (solid.length > 0 && solid.every(isArray)) {
      return solid.flat();
    }
    if (!values.every((value) => typeof value === 'string')) {
      throw new HoconError('texts, lists and groups cannot be joined', this.source, lineOf(node));
    }
    const text = values.join('');
    if (text.length > MAX_TEXT_LENGTH) {
      throw new HoconError('a value becomes too long', this.source, lineOf(node));
    }
    return text.trim() === '' && values.length === 0 ? undefined : text;
  }
}

function mergedObjects(
  one: Readonly<Record<string, HoconValue>>,
  other: Readonly<Record<string, HoconValue>>,
): Readonly<Record<string, HoconValue>> {
  const merged = new Map(Object.entries(one));
  for (const [key, value] of Object.entries(other)) {
    const before = merged.get(key);
    merged.set(key, isObject(before) && isObject(value) ? mergedObjects(before, value) : value);
  }
  return Object.fromEntries(merged);
}

function isArray(value: HoconValue | undefined): value is readonly HoconValue[] {
  return Array.isArray(value);
}

function isObject(value: HoconValue | undefined): value is Readonly<Record<string, HoconValue>> {
  return typeof value === 'object' && !Array.isArray(value);
}

function lineOf(node: HoconNode): number | undefined {
  return node.kind === 'concatenation'
    ? node.parts.map((part) => (part.kind === 'substitution' ? part.line : undefined)).find((line) => line)
    : undefined;
}
