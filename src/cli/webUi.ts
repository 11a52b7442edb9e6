/** Addresses in Temporal's Web UI. */
export class WebUi {
  private readonly home: string;

  constructor(
    /** Such as `http://127.0.0.1:8233`. */
    readonly url: string,
    namespace: string,
  ) {
    this.home = `${url.replace(/\/+$/, '')}/namespaces/${encodeURIComponent(namespace)}/workflows`;
  }

  /** One run, or the newest of that workflow id. */
  execution(workflowId: string, runId?: string): string {
    const workflow = `${this.home}/${encodeURIComponent(workflowId)}`;
    return runId === undefined ? workflow : `${workflow}/${runId}`;
  }

  /** The start form with its first three fields filled. The form takes the input from nobody: it is pasted. */
  startForm(fields: {
    readonly workflowId: string;
    readonly taskQueue: string;
    readonly workflowType: string;
  }): string {
    return `${this.home}/start-workflow?${new URLSearchParams(fields).toString()}`;
  }
}

/** `TEMPORAL_UI_URL`, or for a local development server on its usual port the Web UI's usual port; null if nobody knows. */
export function webUiOf(
  environment: NodeJS.ProcessEnv,
  target: { readonly address: string; readonly namespace: string },
): WebUi | null {
  const given = environment['TEMPORAL_UI_URL'] ?? '';
  if (given !== '') return new WebUi(given, target.namespace);
  return /^(127\.0\.0\.1|localhost):7233$/.test(target.address)
    ? new WebUi('http://127.0.0.1:8233', target.namespace)
    : null;
}
