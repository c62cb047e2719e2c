import type { Dialogs } from '../../platform/contract';
import { parseTags, tagChange } from './tag-text';

/**
 * Asks which tags things shall have, by the tags each has now. Undefined when the person turned away or changed
 * nothing.
 */
export async function askTagChange(
  dialogs: Dialogs,
  title: string,
  tagsOfEach: readonly (readonly string[])[],
): Promise<ReturnType<typeof tagChange> | undefined> {
  const [first, ...others] = tagsOfEach;
  const common = (first ?? []).filter((tag) => others.every((tags) => tags.includes(tag)));
  const text = await dialogs.ask({
    title,
    prompt:
      others.length === 0
        ? 'Separated by commas'
        : 'Tags that all of them have, separated by commas; other tags stay',
    value: common.join(', '),
  });
  if (text === undefined) {
    return undefined;
  }
  const change = tagChange(common, parseTags(text));
  return change.add.length + change.remove.length === 0 ? undefined : change;
}
