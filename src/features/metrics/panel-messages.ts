/** What the pages of curves say to the extension, apart from what it says to them: no page checks what it says itself. */
import * as z from 'zod/mini';
import { pictureFile } from '../panels/picture-schema';
import { direction, documentRef, OUTPUT_KINDS, PANEL_ACTIONS } from './panel-contract';
import { PANEL_TABS, viewSelection, viewState } from './view-contract';

const text = z.string().check(z.maxLength(1_000_000));
const inputEdit = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('parameter'), section: text, name: text, value: text }),
  /** As typed; split by the rules of `argument-text.ts`. */
  z.object({ kind: z.literal('arguments'), value: text }),
]);
export type InputEdit = z.infer<typeof inputEdit>;

export const PANEL_COMMANDS = [
  'openConsole',
  'openInBrowser',
  'showLog',
  'editConfigurations',
  'editCode',
] as const;
export type PanelCommand = (typeof PANEL_COMMANDS)[number];

export const POINTS_FORMATS = ['csv', 'json'] as const;
export type PointsFormat = (typeof POINTS_FORMATS)[number];

/** What every page of curves says, whether it shows one run or several. */
export const curvesMessages = [
  z.object({
    type: z.literal('watch'),
    selectionId: z.number(),
    selection: viewSelection,
    /** Keys (core/series.ts) of the series that are on screen. */
    keys: z.array(z.string()),
  }),
  z.object({ type: z.literal('painted'), generation: z.number() }),
  /** How the person looks at the panel now; panels of the same project begin with it. */
  z.object({ type: z.literal('keepView'), view: viewState }),
  z.object({ type: z.literal('copy'), text: z.string().check(z.maxLength(5_000_000)) }),
  /** Every point of these series into a file. */
  z.object({
    type: z.literal('savePoints'),
    metric: z.string(),
    format: z.enum(POINTS_FORMATS),
    keys: z.array(z.string()),
  }),
  /** A picture that the page has drawn, into a file. */
  z.object({
    type: z.literal('saveChart'),
    metric: z.string(),
    ...pictureFile,
  }),
  /** The person asks to try again. */
  z.object({ type: z.literal('retry') }),
] as const;
export type CurvesMessage = z.infer<(typeof curvesMessages)[number]>;

/**
 * The page listens, and nothing was sent to it while it loaded, or nothing that fits. `selection` is what it showed
 * before a reload.
 */
export const readyMessage = z.object({ type: z.literal('ready'), selection: z.nullable(viewSelection) });

export const panelMessage = z.discriminatedUnion('type', [
  readyMessage,
  ...curvesMessages,
  z.object({ type: z.literal('act'), requestId: z.number(), action: z.enum(PANEL_ACTIONS) }),
  z.object({ type: z.literal('command'), command: z.enum(PANEL_COMMANDS) }),
  /** Which tab the page shows; until it says so it shows curves. */
  z.object({ type: z.literal('showTab'), tab: z.enum(PANEL_TABS) }),
  /** A plot or image has come into view. */
  z.object({ type: z.literal('wantOutput'), kind: z.enum(OUTPUT_KINDS), key: z.string() }),
  /** The person wants older ones too. */
  z.object({ type: z.literal('moreOutput'), kind: z.enum(OUTPUT_KINDS) }),
  /** The plot's JSON as a document; the image as a file. */
  z.object({ type: z.literal('openOutput'), kind: z.enum(OUTPUT_KINDS), key: z.string() }),
  z.object({ type: z.literal('saveArtifact'), name: z.string(), direction }),
  /** New values for parameters; the host asks nothing, and says why when it cannot be. */
  z.object({ type: z.literal('editInput'), requestId: z.number(), edit: inputEdit }),
  z.object({ type: z.literal('openDocument'), document: documentRef }),
  z.object({ type: z.literal('openChanges') }),
  z.object({ type: z.literal('openTask'), taskId: z.string().check(z.minLength(1)) }),
]);
export type PanelMessage = z.infer<typeof panelMessage>;
