/** Tags as a person types them: separated by commas, blanks around them ignored, each once. */
export function parseTags(text: string): readonly string[] {
  return [...new Set(text.split(',').map((tag) => tag.trim()))].filter((tag) => tag !== '');
}

/** What turns the tags that were shown into those that are wanted. */
export function tagChange(
  shown: readonly string[],
  wanted: readonly string[],
): { readonly add: readonly string[]; readonly remove: readonly string[] } {
  return {
    add: wanted.filter((tag) => !shown.includes(tag)),
    remove: shown.filter((tag) => !wanted.includes(tag)),
  };
}
