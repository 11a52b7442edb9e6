import { randomBytes } from 'node:crypto';

import type { Client, WorkflowHandle } from '@temporalio/client';
import type { SearchAttributePair } from '@temporalio/common';

import type { RunResult } from '../domain/stretch.js';
import { searchAttributes } from '../temporal/searchAttributes.js';
import { startableFunctions, type StartableName } from './startableFunctions.js';

export interface StartedExecution {
  readonly handle: WorkflowHandle<() => Promise<RunResult>>;
  readonly workflowId: string;
  readonly runId: string;
}

/** Starts one execution of a function, as an operator finds it in the Web UI: with an id, a summary and search attributes that say what it is. */
export async function startFunction(
  client: Client,
  name: StartableName,
  input: Readonly<Record<string, unknown>> | undefined,
  taskQueue: string,
): Promise<StartedExecution> {
  const organization = textOf(input?.['organization']);
  const institution = textOf(input?.['institution']);
  const { title, does } = startableFunctions[name];
  const attributes: SearchAttributePair[] = [{ key: searchAttributes.S360Function, value: name }];
  if (institution !== null) attributes.push({ key: searchAttributes.S360Institution, value: institution });
  if (organization !== null) attributes.push({ key: searchAttributes.S360Organization, value: organization });
  const isPreview = input?.['simulation'] === true;
  const place = `${name}/${organization ?? 'only'}/${isPreview ? 'preview-' : ''}`;
  const workflowId = `${place}${shortTimestamp()}-${randomBytes(2).toString('hex')}`;
  const handle = await client.workflow.start<() => Promise<RunResult>>(name, {
    workflowId,
    taskQueue,
    args: (input === undefined ? [] : [input]) as [],
    typedSearchAttributes: attributes,
    staticSummary: `${isPreview ? 'Preview: ' : ''}${title} of ${organization ?? 'the only organization'}`,
    staticDetails: isPreview
      ? 'A preview, started from the command line: nothing is written, in either system.'
      : `Started from the command line: ${does}.`,
  });
  return { handle, workflowId, runId: handle.firstExecutionRunId };
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

/** 20261123-150405 (UTC) */
function shortTimestamp(): string {
  return new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
}
