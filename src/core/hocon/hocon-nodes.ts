/** What a HOCON text is made of before substitutions are looked up. */
export type HoconNode =
  | { readonly kind: 'text'; readonly text: string; readonly isQuoted: boolean }
  | { readonly kind: 'object'; readonly fields: HoconFields }
  | { readonly kind: 'array'; readonly items: readonly HoconNode[] }
  | {
      readonly kind: 'substitution';
      readonly path: readonly string[];
      readonly isOptional: boolean;
      readonly source: string;
      readonly line: number;
    }
  | { readonly kind: 'concatenation'; readonly parts: readonly HoconNode[] };

/** Everything that was assigned to one key, in order: later ones replace earlier ones, or merge if both are objects. */
export interface HoconField {
  readonly layers: HoconNode[];
}

export type HoconFields = Map<string, HoconField>;

/** Assigns `node` below `fields`, creating the objects on the way. */
export function assign(fields: HoconFields, path: readonly string[], node: HoconNode): void {
  const [key = '', ...rest] = path;
  const field = fields.get(key) ?? { layers: [] };
  fields.set(key, field);
  if (rest.length > 0) {
    const inner: HoconFields = new Map();
    assign(inner, rest, node);
    addLayer(field, { kind: 'object', fields: inner });
    return;
  }
  addLayer(field, node);
}

/** Merges `added` into `fields` as if it stood there. */
export function merge(fields: HoconFields, added: HoconFields): void {
  for (const [key, { layers }] of added) {
    layers.forEach((layer) => assign(fields, [key], layer));
  }
}

function addLayer({ layers }: HoconField, node: HoconNode): void {
  const top = layers.at(-1);
  if (node.kind === 'object' && top?.kind === 'object') {
    merge(top.fields, node.fields);
    return;
  }
  layers.push(node);
}
