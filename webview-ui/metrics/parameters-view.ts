import type { DetailsView as Details } from '../../src/features/metrics/panel-contract';
import type { InputEdit } from '../../src/features/metrics/panel-messages';
import { textField } from '../kit/control-elements';
import { element } from '../kit/dom';
import { formatCount } from './format';
import { editableValue } from './value-editor';

/** With fewer there is nothing to look for. */
const FILTER_FROM = 8;
const ARGUMENTS = 'Arguments of the script';

export interface ParametersPorts {
  edit(edit: InputEdit): Promise<void>;
  /** An editor was closed. */
  edited(): void;
}

/** What a run is given: the script's arguments, and its parameters by section. */
export class ParametersView {
  readonly root = element('div', { class: 'parameter-sections' });
  private readonly tables = element('div', { class: 'parameter-sections' });
  private filter = '';

  constructor(private readonly ports: ParametersPorts) {}

  /** How many there are, for the title. */
  static titleOf({ parameters }: Details): string {
    return parameters.length === 0 ? 'Parameters' : `Parameters (${formatCount(parameters.length)})`;
  }

  update(details: Details, canEdit: boolean): void {
    const { parameters, arguments: args } = details;
    if (parameters.length === 0 && args === null) {
      this.root.replaceChildren(quiet('None were recorded for this task.'));
      return;
    }
    this.fill(details, canEdit);
    const filter = textField({
      label: 'Filter parameters',
      placeholder: 'Filter parameters by name or value',
      value: this.filter,
      onInput: (text) => {
        this.filter = text;
        this.fill(details, canEdit);
      },
    });
    this.root.replaceChildren(
      ...(canEdit
        ? []
        : [quiet('They can be changed until the task starts; clone it to run it with others.')]),
      ...(args === null ? [] : [this.argumentsTable(args, canEdit)]),
      ...(parameters.length > FILTER_FROM ? [filter.root] : []),
      this.tables,
    );
  }

  private fill({ parameters }: Details, canEdit: boolean): void {
    const wanted = this.filter.trim().toLowerCase();
    const fitting = parameters.filter(
      ({ section, name, value }) =>
        wanted === '' || `${section}/${name}\n${value}`.toLowerCase().includes(wanted),
    );
    const groups = Map.groupBy(fitting, ({ section }) => section);
    const tables = [...groups].map(([section, group]) => this.table(section, group, canEdit));
    const none = parameters.length > 0 ? [quiet('No parameter has this in its name or value.')] : [];
    this.tables.replaceChildren(...(tables.length > 0 ? tables : none));
  }

  private table(section: string, group: Details['parameters'], canEdit: boolean): HTMLElement {
    const rows = group.map(({ name, value, type, description }) => {
      const about = [type, description].filter((each) => each !== null).join(': ');
      const save = (text: string): Promise<void> =>
        this.ports.edit({ kind: 'parameter', section, name, value: text });
      const cell = canEdit && !isCut(value) ? this.editable(`${section}/${name}`, value, save) : plain(value);
      return element('tr', { title: about }, [
        element('th', { text: name, attributes: { scope: 'row' } }),
        element('td', {}, [cell]),
      ]);
    });
    return element('table', { class: 'parameters' }, [
      element('caption', { text: section }),
      element('tbody', {}, rows),
    ]);
  }

  private argumentsTable(args: string, canEdit: boolean): HTMLElement {
    const save = (text: string): Promise<void> => this.ports.edit({ kind: 'arguments', value: text });
    const cell = canEdit ? this.editable(ARGUMENTS, args, save) : plain(args);
    return element('table', { class: 'parameters' }, [
      element('tbody', {}, [
        element('tr', {}, [
          element('th', { text: 'Arguments', attributes: { scope: 'row' } }),
          element('td', {}, [cell]),
        ]),
      ]),
    ]);
  }

  private editable(name: string, value: string, save: (text: string) => Promise<void>): HTMLElement {
    return editableValue({ name, value, save, done: () => this.ports.edited() });
  }
}

function plain(value: string): HTMLElement {
  return element('span', { text: value === '' ? '(empty)' : value, class: value === '' ? 'quiet' : '' });
}

function quiet(text: string): HTMLElement {
  return element('p', { class: 'quiet', text });
}

/** The host cuts values of thousands of characters; saving one would lose the rest. */
function isCut(value: string): boolean {
  return value.endsWith('…') && value.length > 4_000;
}
