import { element } from './dom';
import { icon, type IconImage } from './icons';

/** The value of a text field or dropdown, whichever library draws it. */
function valueOf(target: EventTarget | null): string {
  return target !== null && 'value' in target && typeof target.value === 'string' ? target.value : '';
}

export interface ButtonElement {
  readonly root: HTMLElement;
  setEnabled(isEnabled: boolean): void;
  setPressed(isPressed: boolean): void;
}

/** A button with an icon, a label or both; without a visible label `label` is its accessible name. */
export function button(options: {
  readonly label: string;
  readonly icon?: IconImage;
  readonly isIconOnly?: boolean;
  readonly isPrimary?: boolean;
  readonly title?: string;
  onClick(): void;
}): ButtonElement {
  const root = document.createElement('vscode-button');
  const appearance =
    options.isIconOnly === true ? 'icon' : options.isPrimary === true ? 'primary' : 'secondary';
  root.setAttribute('appearance', appearance);
  root.title = options.title ?? options.label;
  if (options.icon !== undefined) {
    const image = icon(options.icon);
    if (options.isIconOnly !== true) {
      image.setAttribute('slot', 'start');
    }
    root.append(image);
  }
  if (options.isIconOnly === true) {
    root.setAttribute('aria-label', options.label);
  } else {
    root.append(options.label);
  }
  root.addEventListener('click', () => {
    if (!root.hasAttribute('disabled')) {
      options.onClick();
    }
  });
  return {
    root,
    setEnabled: (isEnabled) => root.toggleAttribute('disabled', !isEnabled),
    setPressed: (isPressed) => root.setAttribute('aria-pressed', String(isPressed)),
  };
}

export interface ValueControl<T> {
  readonly root: HTMLElement;
  set(value: T): void;
}

/** A dropdown with a label before it. */
export function dropdown<T extends string>(options: {
  readonly label: string;
  /** Then the label is for screen readers only. */
  readonly isLabelHidden?: boolean;
  readonly choices: readonly { readonly value: T; readonly label: string }[];
  readonly value: T;
  onChange(value: T): void;
}): ValueControl<T> {
  const select = document.createElement('vscode-dropdown');
  select.setAttribute('aria-label', options.label);
  for (const { value, label } of options.choices) {
    const option = document.createElement('vscode-option');
    option.setAttribute('value', value);
    option.toggleAttribute('selected', value === options.value);
    option.textContent = label;
    select.append(option);
  }
  select.addEventListener('change', (event) => {
    const chosen = options.choices.find(({ value }) => value === valueOf(event.target));
    if (chosen !== undefined) {
      options.onChange(chosen.value);
    }
  });
  const label = options.isLabelHidden === true ? [] : [element('span', { text: options.label })];
  const root = element('span', { class: 'control' }, [...label, select]);
  return { root, set: (value) => Object.assign(select, { value }) };
}

export function checkbox(options: {
  readonly label: string;
  readonly title?: string;
  readonly isChecked: boolean;
  onChange(isChecked: boolean): void;
}): ValueControl<boolean> {
  const root = document.createElement('vscode-checkbox');
  root.textContent = options.label;
  root.title = options.title ?? '';
  root.toggleAttribute('checked', options.isChecked);
  root.addEventListener('change', () => {
    options.onChange('checked' in root && root.checked === true);
  });
  return { root, set: (isChecked) => Object.assign(root, { checked: isChecked }) };
}

export function textField(options: {
  readonly label: string;
  readonly placeholder: string;
  readonly value: string;
  onInput(text: string): void;
}): ValueControl<string> {
  const root = document.createElement('vscode-text-field');
  // The library takes its content for the label, shown by it and hidden here; it overwrites an aria-label.
  root.textContent = options.label;
  root.setAttribute('placeholder', options.placeholder);
  root.setAttribute('value', options.value);
  root.setAttribute('type', 'text');
  root.addEventListener('input', (event) => options.onInput(valueOf(event.target)));
  return { root, set: (value) => Object.assign(root, { value }) };
}

/** A slider with its label and value. The control library has none, so this is the browser's own. */
export function slider(options: {
  readonly label: string;
  readonly title: string;
  readonly max: number;
  readonly step: number;
  readonly value: number;
  /** What is shown for a value. */
  text(value: number): string;
  onInput(value: number): void;
}): ValueControl<number> {
  const input = element('input', {
    attributes: {
      type: 'range',
      min: '0',
      max: String(options.max),
      step: String(options.step),
      'aria-label': options.label,
    },
  });
  const shown = element('output', { class: 'slider-value' });
  const show = (value: number): void => {
    input.value = String(value);
    shown.textContent = options.text(value);
    input.setAttribute('aria-valuetext', options.text(value));
  };
  show(options.value);
  input.addEventListener('input', () => {
    const value = Number(input.value);
    show(value);
    options.onInput(value);
  });
  const root = element('label', { class: 'control', title: options.title }, [
    element('span', { text: options.label }),
    input,
    shown,
  ]);
  return { root, set: show };
}
