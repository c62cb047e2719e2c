/** Every command Trackside contributes. A test holds this list against package.json. */
export const COMMANDS = {
  launchCurrentFile: 'trackside.launch.currentFile',
  launchCurrentFileWithArguments: 'trackside.launch.currentFileWithArguments',
  openTask: 'trackside.task.open',
  showCurvesTogether: 'trackside.showCurvesTogether',
  revealTask: 'trackside.task.reveal',
  openDependencies: 'trackside.dependencies.open',
  startPipelineRun: 'trackside.pipeline.start',
  stopPipeline: 'trackside.pipeline.stop',
  openConsole: 'trackside.task.openConsole',
  showRunningTasks: 'trackside.tasks.showRunning',
  newTask: 'trackside.task.create',
  searchConsole: 'trackside.console.search',
  filterConsole: 'trackside.console.filterLevel',
  showConsoleTimes: 'trackside.console.toggleTimes',
  showNewConsoleLines: 'trackside.console.goToNew',
  followConsole: 'trackside.console.goToEnd',
  showEarlierConsole: 'trackside.console.showEarlier',
  showLaterConsole: 'trackside.console.showLater',
  openConsoleFile: 'trackside.console.openFile',
  openFrame: 'trackside.console.openFrame',
  dismissProblem: 'trackside.problem.dismiss',
  dismissProblems: 'trackside.problem.dismissAll',
  openInBrowser: 'trackside.task.openInBrowser',
  enqueueTask: 'trackside.task.enqueue',
  requeueTask: 'trackside.task.requeue',
  dequeueTask: 'trackside.task.dequeue',
  stopTask: 'trackside.task.stop',
  resetTask: 'trackside.task.reset',
  rerunTask: 'trackside.task.rerun',
  cloneTask: 'trackside.task.clone',
  cloneTaskWithChanges: 'trackside.task.cloneWithChanges',
  publishTask: 'trackside.task.publish',
  completeTask: 'trackside.task.complete',
  failTask: 'trackside.task.fail',
  archiveTask: 'trackside.task.archive',
  unarchiveTask: 'trackside.task.unarchive',
  deleteTask: 'trackside.task.delete',
  renameTask: 'trackside.task.rename',
  editTags: 'trackside.task.editTags',
  editComment: 'trackside.task.editComment',
  editInputs: 'trackside.task.editInputs',
  editConfigurations: 'trackside.task.editConfigurations',
  editCode: 'trackside.task.editCode',
  moveTask: 'trackside.task.move',
  copyLink: 'trackside.task.copyLink',
  copySnippet: 'trackside.task.copySnippet',
  createQueue: 'trackside.queue.create',
  renameQueue: 'trackside.queue.rename',
  clearQueue: 'trackside.queue.clear',
  deleteQueue: 'trackside.queue.delete',
  moveToFront: 'trackside.queue.moveToFront',
  moveUp: 'trackside.queue.moveUp',
  moveDown: 'trackside.queue.moveDown',
  moveToBack: 'trackside.queue.moveToBack',
  stopWorkerTask: 'trackside.worker.stopTask',
  deactivateWorker: 'trackside.worker.deactivate',
  openWorkerLoad: 'trackside.worker.openLoad',
  createProject: 'trackside.project.create',
  renameProject: 'trackside.project.rename',
  moveProject: 'trackside.project.move',
  deleteProject: 'trackside.project.delete',
  archiveProject: 'trackside.project.archive',
  unarchiveProject: 'trackside.project.unarchive',
  publishModel: 'trackside.model.publish',
  renameModel: 'trackside.model.rename',
  tagModel: 'trackside.model.editTags',
  archiveModel: 'trackside.model.archive',
  unarchiveModel: 'trackside.model.unarchive',
  deleteModel: 'trackside.model.delete',
  saveModel: 'trackside.model.save',
  copyModelAddress: 'trackside.model.copyAddress',
  openModelTask: 'trackside.model.openTask',
  saveDataset: 'trackside.dataset.save',
  runTemplate: 'trackside.template.run',
  runTemplateDocument: 'trackside.template.runDocument',
  openTable: 'trackside.table.open',
  compare: 'trackside.compare',
  copyId: 'trackside.copyId',
  filterTasks: 'trackside.tasks.filter',
  clearTaskFilter: 'trackside.tasks.clearFilter',
  loadMore: 'trackside.loadMore',
  refresh: 'trackside.refresh',
  addConnection: 'trackside.connection.add',
  selectConnection: 'trackside.connection.select',
  removeConnection: 'trackside.connection.remove',
  signInAgain: 'trackside.connection.signIn',
  editHosts: 'trackside.connection.editHosts',
  openLocalTerminal: 'trackside.local.openTerminal',
  getStarted: 'trackside.getStarted',
  showDiagnostics: 'trackside.diagnostics.show',
  showLog: 'trackside.log.show',
} as const;

export type CommandId = (typeof COMMANDS)[keyof typeof COMMANDS];

export const VIEWS = {
  projects: 'trackside.projects',
  tasks: 'trackside.tasks',
  queues: 'trackside.queues',
  workers: 'trackside.workers',
} as const;

export type ViewId = (typeof VIEWS)[keyof typeof VIEWS];

/** Keys that `when` clauses read. */
export const CONTEXT_KEYS = {
  /** True while the Tasks view is filtered. */
  isTaskFilterSet: 'trackside.isTaskFilterSet',
  /** True when more than one connection exists. */
  hasSeveralConnections: 'trackside.hasSeveralConnections',
} as const;

/** The webview panel type of a task's live panel; package.json activates on it. */
export const METRICS_PANEL = 'trackside.metrics';
/** The webview panel type of a panel of several runs; package.json activates on it. */
export const RUNS_PANEL = 'trackside.runs';
/** The webview panel type of a graph of dependencies; package.json activates on it. */
export const DEPENDENCIES_PANEL = 'trackside.dependencies';
/** The webview panel type of a table of tasks; package.json activates on it. */
export const TABLE_PANEL = 'trackside.table';
/** The webview panel type of a comparison of runs; package.json activates on it. */
export const COMPARE_PANEL = 'trackside.compare';
/** The webview panel type of a worker's load; package.json activates on it. */
export const LOAD_PANEL = 'trackside.load';
/** The URI scheme of console documents. */
export const CONSOLE_SCHEME = 'trackside-console';
/** The URI scheme of a task's other texts: configuration, packages, uncommitted changes. */
export const DOCUMENT_SCHEME = 'trackside-document';
/** The URI scheme of configurations that can be saved back; package.json activates on it. */
export const CONFIGURATION_SCHEME = 'trackside-configuration';
/** The URI scheme of files as a task ran them. */
export const SOURCE_SCHEME = 'trackside-source';
/** The URI scheme by which rows of tasks are marked; nothing can be opened by it. */
export const TASK_ROW_SCHEME = 'trackside-task-row';
/** The type of tasks in tasks.json. */
export const TASK_TYPE = 'trackside';
