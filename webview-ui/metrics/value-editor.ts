import * as icons from '../kit/icon-images';
import { button } from '../kit/control-elements';
import { element } from '../kit/dom';

export interface EditableValue {
  /** Names the value for a screen reader, such as `Args/lr`. */
  readonly name: string;
  readonly value: string;
  /** Sends the new value; resolves when it has been dealt with, well or not. */
  save(value: string): Promise<void>;
  /** The editing is over, whatever came of it. */
  done(): void;
}

/** The value with a button that turns it into a field: Enter saves, Escape leaves it as it was. */
export function editableValue(options: EditableValue): HTMLElement {
  const root = element('span', { class: 'editable-value' });
  const shown = element('span', {
    text: options.value === '' ? '(empty)' : options.value,
    class: options.value === '' ? 'quiet' : '',
  });
  const edit = button({
    label: `Edit ${options.name}`,
    icon: icons.edit,
    isIconOnly: true,
    onClick: () => startEditing(root, options, [shown, edit.root]),
  });
  root.append(shown, edit.root);
  return root;
}

function startEditing(root: HTMLElement, options: EditableValue, before: readonly HTMLElement[]): void {
  const field = element('textarea', {
    class: 'value-editor',
    attributes: { 'aria-label': options.name, rows: String(Math.min(8, options.value.split('\n').length)) },
  });
  field.value = options.value;
  const leave = (): void => {
    root.replaceChildren(...before);
    options.done();
  };
  const save = async (): Promise<void> => {
    if (field.value === options.value) {
      leave();
      return;
    }
    field.disabled = true;
    await options.save(field.value);
    leave();
  };
  field.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') {
      leave();
    } else if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      void save();
    }
  });
  const buttons = [
    button({ label: 'Save', isPrimary: true, title: 'Save (Enter)', onClick: () => void save() }),
    button({ label: 'Cancel', title: 'Leave as it was (Escape)', onClick: leave }),
  ];
  root.replaceChildren(field, ...buttons.map((each) => each.root));
  field.focus();
  field.select();
}
