import assert from 'node:assert/strict';
import { lookOf, timeOfDay } from '../../../src/features/console/console-colours';
import { ConsoleVisits } from '../../../src/features/console/console-visits';
import { ScriptedPlatform } from '../../fakes/scripted-platform';

describe('what is new in a console', () => {
  const create = (platform = new ScriptedPlatform()) => {
    let now = 1_000;
    const visits = new ConsoleVisits(platform.state, () => (now += 1));
    const sight = (lines: number, run?: number) => ({ key: 'k', lines, run });
    return { platform, visits, sight };
  };

  it('is what came since the person left it, also in another window', () => {
    const { platform, visits, sight } = create();
    visits.look([sight(10, 1)]);
    assert.equal(visits.newFrom(sight(10, 1)), undefined);
    visits.look([sight(25, 1)]);
    assert.equal(visits.newFrom(sight(25, 1)), undefined);
    visits.look([]);
    visits.look([sight(25, 1)]);
    assert.equal(visits.newFrom(sight(25, 1)), undefined);
    assert.equal(visits.newFrom(sight(40, 1))?.line, 25);
    const later = create(platform).visits;
    later.look([sight(60, 1)]);
    assert.equal(later.newFrom(sight(60, 1))?.line, 25);
  });

  it('is nothing in a console that was never seen, that was empty, or of another run', () => {
    const { visits, sight } = create();
    visits.look([sight(5, 1)]);
    assert.equal(visits.newFrom(sight(90, 1)), undefined);
    visits.look([]);
    visits.look([sight(90, 2)]);
    assert.equal(visits.newFrom(sight(90, 2)), undefined);
    const other = create();
    other.visits.look([other.sight(0)]);
    other.visits.look([]);
    other.visits.look([other.sight(9)]);
    assert.equal(other.visits.newFrom(other.sight(9)), undefined);
  });

  it('is forgotten for the consoles that were left longest ago', () => {
    const { platform, visits } = create();
    for (let index = 0; index < 250; index += 1) {
      visits.look([{ key: `k${index}`, lines: 5, run: undefined }]);
    }
    visits.look([]);
    const kept = platform.kept.get('console.visits');
    assert.ok(typeof kept === 'object' && kept !== null);
    assert.equal(Object.keys(kept).length, 200);
    assert.ok('k249' in kept && !('k0' in kept));
  });
});

describe('colours of a console', () => {
  it('are the theme’s for the sixteen named ones, and xterm’s beyond', () => {
    assert.deepEqual(lookOf({ foreground: 1, isBold: true }), {
      color: { themeColour: 'terminal.ansiRed' },
      fontWeight: 'bold',
    });
    assert.deepEqual(lookOf({ foreground: 208, background: 244 }), {
      color: { hex: '#ff8700' },
      backgroundColor: { hex: '#808080' },
    });
    assert.deepEqual(lookOf({ background: 24 }), {
      color: { hex: '#ffffff' },
      backgroundColor: { hex: '#005f87' },
    });
    assert.deepEqual(lookOf({ foreground: '#010203', isUnderlined: true, isStruck: true }), {
      color: { hex: '#010203' },
      textDecoration: 'underline line-through',
    });
    assert.deepEqual(lookOf({ foreground: 2, isInverse: true }), {
      color: { themeColour: 'editor.background' },
      backgroundColor: { themeColour: 'terminal.ansiGreen' },
    });
  });

  it('stand beside times that are all as wide', () => {
    assert.equal(timeOfDay(new Date(2026, 0, 2, 3, 4, 5, 6).getTime()), '03:04:05.006');
    assert.equal(timeOfDay(undefined).length, 12);
  });
});
