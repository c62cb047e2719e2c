/** What a server can run on demand with inputs: a command template, a pipeline. */
export interface RunTemplate {
  readonly id: string;
  readonly name: string;
  readonly projectId: string;
  readonly description?: string;
  /** The command or the like that will run, for people to read before they agree. */
  readonly command?: string;
  readonly inputs: readonly TemplateInput[];
  /** True where the server keeps no name of a run, so that none is asked for. */
  readonly isUnnamed?: boolean;
  /** True where one JSON document is given instead of single inputs. */
  readonly takesDocument: boolean;
  /** JSON schema of that document, when the server has one. */
  readonly documentSchema?: unknown;
}

export interface TemplateInput {
  readonly name: string;
  readonly isRequired: boolean;
  /** True where the text is one value whatever is in it, such as a sentence. */
  readonly isSingle?: boolean;
  readonly default?: string;
  readonly description?: string;
}

/** One run that is wanted of a template. */
export interface TemplateRun {
  readonly name: string;
  readonly inputs: Readonly<Record<string, string>>;
  /** JSON text, for templates that take a document. */
  readonly document?: string;
  /** Ids of tasks that must be completed before. */
  readonly dependsOn?: readonly string[];
  readonly priority?: number;
}

export interface TemplateRunOutcome {
  readonly createdTaskIds: readonly string[];
  /** A sentence for the person when something about the outcome is not as usual. */
  readonly note?: string;
}
