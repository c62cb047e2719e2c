import { capitalized } from '../../core/capitalized';
import type { Ability } from '../../backends/contract';
import { KIND_FACTS } from '../../backends/kind-facts';
import type { ConnectionInfo, ConnectionState } from '../../store/contract';
import { contextValue } from './context-value';
import { factSheet } from './markdown-text';
import { momentText } from './relative-time';
import type { RowModel } from './row-model';

/** The root of one connection, where several exist. */
export function connectionRow(info: ConnectionInfo, state: ConnectionState, isActive: boolean): RowModel {
  const isUnverified = info.isCertificateUnverified === true;
  const words = [
    stateWords(state),
    isUnverified ? 'certificate not verified' : undefined,
    isActive ? 'new tasks go here' : undefined,
    info.isLocal ? undefined : KIND_FACTS[info.kind].label,
  ].filter((part) => part !== undefined);
  return {
    label: info.label,
    description: words.join(' · '),
    icon: iconOf(state, isUnverified),
    contextValue: contextValue({
      kind: 'connection',
      isRemovable: !info.isLocal,
      has: !info.isLocal && KIND_FACTS[info.kind].hasOtherHosts === true ? ['otherHosts'] : [],
    }),
    collapsible: 'expanded',
    accessibleLabel: ['Connection', info.label, ...words].join(', '),
    subject: state,
  };
}

function iconOf(state: ConnectionState, isUnverified: boolean): NonNullable<RowModel['icon']> {
  if (state.kind === 'failed') {
    return { id: 'debug-disconnect', color: 'charts.red' };
  }
  return isUnverified ? { id: 'unverified', color: 'list.warningForeground' } : { id: 'plug' };
}

export function connectionTooltip(info: ConnectionInfo, state: ConnectionState): string {
  return factSheet(info.label, [
    ['Address', info.url],
    ['Server', state.kind === 'open' ? state.product : undefined],
    ['Signed in as', state.kind === 'open' ? state.user : undefined],
    [
      'Certificate',
      info.isCertificateUnverified === true
        ? 'not verified: nobody vouches for it; you accepted it for this connection'
        : undefined,
    ],
    ['Problem', state.kind === 'failed' ? state.error.message : undefined],
    ['What to do', state.kind === 'failed' ? state.error.nextStep : undefined],
    ...(state.kind === 'open' && !info.isLocal ? limitFacts(state) : []),
  ]);
}

/** What is less than one might expect here, and why; what is absent last. */
function limitFacts({
  limits = [],
  foundAt,
}: Extract<ConnectionState, { kind: 'open' }>): readonly (readonly [string, string | undefined])[] {
  const inOrder = [...limits].sort((a, b) => Number(b.isAvailable) - Number(a.isAvailable));
  return [...inOrder.map(limitFact), ['Found out', foundAt === undefined ? undefined : momentText(foundAt)]];
}

function limitFact({ name, isAvailable, reason }: Ability): readonly [string, string] {
  const words = name === 'live' ? 'live updates' : name.replaceAll(/[A-Z]/g, ' $&').toLowerCase();
  const label = isAvailable ? capitalized(words) : `No ${words}`;
  return [label, reason ?? 'not offered'];
}

function stateWords(state: ConnectionState): string | undefined {
  switch (state.kind) {
    case 'idle':
    case 'open':
      return undefined;
    case 'opening':
      return 'connecting…';
    case 'failed':
      return 'cannot connect';
  }
}
