import { activityInfo } from '@temporalio/activity';

import { resolveFunction, type Resolved } from '../config/resolve.js';
import { services } from '../domain/callServices.js';
import type { RunCounts } from '../domain/counts.js';
import { drainMinutes, fromTheBeginning, mostCallsPerTransfer, type FeedbackKeys } from '../domain/feedbackKeys.js';
import type { CallNeed } from '../domain/callReservations.js';
import { lacksContact } from '../domain/parking.js';
import type { RetrieveInput } from '../domain/retrieveInput.js';
import { sentences } from '../domain/sentences.js';
import type { StretchRequest, StretchResult } from '../domain/stretch.js';
import { mostPagesPerStretch, organizationsOfOrganizer, requireOperations, tixngoService } from './callPlan.js';
import { ContactBooks } from './contactBook.js';
import { ContactsStretch, fewestContactCalls } from './contactsStretch.js';
import type { ActivityDependencies } from './dependencies.js';
import { diffSource, fileSource } from './feedbackSource.js';
import type { FeedbackTools } from './feedbackStretch.js';
import { runStretch, type FunctionPlan, type GoAnswer, type StretchTools } from './functionRun.js';
import { skipTickets } from './skipTickets.js';
import { mobileTicketCallsPerPage, StatusStretch } from './statusStretch.js';

const functionName = 'retrieveTicketStatus';

/** The activity of the feedback: one stretch of statuses, or of the contacts behind them. */
export function createRetrieveActivities(dependencies: ActivityDependencies) {
  const books = new ContactBooks();
  return {
    async retrieveTicketStatusStretch(request: StretchRequest): Promise<StretchResult> {
      return runStretch(dependencies, request, () => retrievePlanOf(dependencies, request, books));
    },
  };
}

/** @param books what the run has found out about contacts, on this worker */
export async function retrievePlanOf(
  dependencies: ActivityDependencies,
  request: StretchRequest,
  books = new ContactBooks(),
): Promise<FunctionPlan> {
  return retrievePlan(dependencies, request, await uploadedFile(dependencies, request), books);
}

/** The keys of a run that are not the interface's: an operator's, or positions in a file. */
interface RunPosition extends FeedbackKeys {
  readonly fingerprint?: string;
}

function positionIn({ position }: StretchRequest): RunPosition | null {
  return position === null ? null : (JSON.parse(position) as RunPosition);
}

async function uploadedFile(dependencies: ActivityDependencies, request: StretchRequest) {
  const { fileToUpload } = request.input as RetrieveInput;
  if (fileToUpload === undefined || fileToUpload === null) return null;
  const before = positionIn(request)?.fingerprint ?? null;
  return fileSource(dependencies.configuration.uploadDirectory, fileToUpload, before);
}

function retrievePlan(
  dependencies: ActivityDependencies,
  request: StretchRequest,
  file: Awaited<ReturnType<typeof fileSource>> | null,
  books: ContactBooks,
): FunctionPlan {
  const input = request.input as RetrieveInput;
  const resolved = resolveFunction(dependencies.configuration, functionName, input);
  const { enableTicketDistributionToCulturalContact: distributes } = resolved.interface.customParameters;
  requireOperations(
    resolved,
    {
      s360: [
        'authenticate',
        'readMobileTickets',
        'storeMobileTickets',
        ...(distributes
          ? ([
              'searchContactsByEmail',
              'createCulturalContact',
              'updateTemporaryContacts',
              'recordDistributions',
            ] as const)
          : []),
      ],
      tixngo: file === null ? ['ticketDiff'] : [],
    },
    false,
  );
  const phase = request.phase ?? 'status';
  const { organizer } = resolved.interface;
  let left: FeedbackKeys = fromTheBeginning;
  return {
    resolved,
    needs: phase === 'status' ? statusNeeds(resolved) : contactsNeeds(resolved),
    doubt: null,
    wholeQueue: true,
    reads: organizer,
    done: ({ offered }) => offered,
    // Such a run keeps no place to go on from: it goes to its end, unless its own input says otherwise.
    toTheEnd: file !== null || (input.paginationKey ?? null) !== null,
    usesContacts: phase === 'contacts',
    endMessage: (counts) => sentences([endMessage(counts, file !== null), backlogMessage(left)]),
    workingMessage: () => backlogMessage(left),
    noteAtTheEnd: ({ offered }) => (file !== null && offered === 0 ? 'The file has no entry.' : ''),
    stretch: (answer, tools) => {
      const feedback = feedbackTools(resolved, request, file, answer, tools, (keys) => (left = keys));
      if (phase === 'status') return new StatusStretch(feedback);
      return new ContactsStretch({ ...feedback, book: books.of(activityInfo().workflowExecution?.runId ?? '') });
    },
  };
}

function feedbackTools(
  resolved: Resolved<'retrieveTicketStatus'>,
  request: StretchRequest,
  file: Awaited<ReturnType<typeof fileSource>> | null,
  answer: GoAnswer,
  tools: StretchTools,
  seen: (keys: FeedbackKeys) => void,
): FeedbackTools {
  const input = request.input as RetrieveInput;
  const distributes = resolved.interface.customParameters.enableTicketDistributionToCulturalContact;
  const kept = withoutContacts(answer.feedback ?? fromTheBeginning, !distributes);
  const ownKey = input.paginationKey ?? null;
  const keeps = file === null && ownKey === null;
  const start: FeedbackKeys =
    file !== null || ownKey === null
      ? fromTheBeginning
      : { statusKey: ownKey === '' ? null : ownKey, contactsKey: ownKey === '' ? null : ownKey, waiting: null };
  const keys = keeps ? kept : (positionIn(request) ?? start);
  const { organizer } = resolved.interface;
  return {
    ...tools,
    resolved,
    skip: skipTickets(resolved.function.skipTickets, input.skipTickets),
    source: file ?? diffSource(tools.tixngo),
    keys,
    // A ticket of the stream is not in the file.
    parked: keeps ? answer.parked.filter((ticket) => distributes || !lacksContact(ticket)) : [],
    parks: file === null,
    parkedRoom: answer.parkedRoom ?? Number.POSITIVE_INFINITY,
    first: request.position === null,
    positionOf: (now) => JSON.stringify(file === null ? now : { ...now, fingerprint: file.fingerprint }),
    keep: (given, atTheEnd) => {
      const now = withDrainMinutes(given, resolved);
      seen(now);
      if (keeps) return { organizer, keys: now };
      // An operator's key becomes the interface's own when it has led to the end of the stream; contacts that wait go on waiting, unless the
      // whole stream was read.
      if (file !== null || !atTheEnd || now.waiting !== null) return undefined;
      const isSettled = ownKey === '' || kept.waiting === null;
      return { organizer, keys: isSettled ? now : { ...kept, statusKey: now.statusKey } };
    },
  };
}

/** Contacts that wait are given up when distribution is switched off. */
function withoutContacts(keys: FeedbackKeys, switchedOff: boolean): FeedbackKeys {
  return switchedOff ? { statusKey: keys.statusKey, contactsKey: keys.statusKey, waiting: null } : keys;
}

function statusNeeds(resolved: Resolved<'retrieveTicketStatus'>): CallNeed[] {
  const { callsPerMinute } = resolved.institution.s360;
  return [
    ...need(services.auth, 2, 1, callsPerMinute),
    ...need(
      services.mobileTickets,
      // And some for a call that has to be halved.
      mobileTicketCallsPerPage * (mostPagesPerStretch + 1) + 24,
      2 * mobileTicketCallsPerPage,
      callsPerMinute,
    ),
    ...tixngoNeed(resolved, mostPagesPerStretch + 5),
  ];
}

function contactsNeeds(resolved: Resolved<'retrieveTicketStatus'>): CallNeed[] {
  const { callsPerMinute, contactsPerCall } = resolved.institution.s360;
  const { batchSize } = resolved.function;
  const contactCalls = mostPagesPerStretch * (Math.ceil((batchSize * mostCallsPerTransfer) / contactsPerCall) + 3);
  return [
    ...need(services.auth, 2, 1, callsPerMinute),
    ...need(services.contacts, contactCalls, fewestContactCalls, callsPerMinute),
    ...need(services.mobileTickets, mostPagesPerStretch + 5, 2, callsPerMinute),
    ...need(services.distributions, mostPagesPerStretch + 5, 2, callsPerMinute),
    ...tixngoNeed(resolved, 2 * mostPagesPerStretch + 5),
  ];
}

/** Its limit is shared by those that call the same organizer, and by nobody else. */
function tixngoNeed(resolved: Resolved<'retrieveTicketStatus'>, wanted: number): CallNeed[] {
  const tenants = organizationsOfOrganizer(resolved);
  return need(tixngoService(resolved), wanted, 2, resolved.interface.callsPerMinute).map((one) => ({
    ...one,
    tenants,
  }));
}

function need(service: string, wanted: number, minimum: number, limitPerMinute: number | null): CallNeed[] {
  if (limitPerMinute === null) return [];
  return [{ service, wanted: Math.min(wanted, limitPerMinute), minimum, limitPerMinute }];
}

function endMessage(counts: RunCounts, fromFile: boolean): string {
  const parts = [`${String(counts.stored)} entries stored.`];
  if (counts.unchanged > 0) parts.push(`${String(counts.unchanged)} were there already.`);
  if (counts.distributions > 0) parts.push(`${String(counts.distributions)} lines of distribution history.`);
  if (counts.contactsCreated > 0) parts.push(`${String(counts.contactsCreated)} contacts created.`);
  if (counts.contactsCompleted > 0) parts.push(`${String(counts.contactsCompleted)} contacts completed.`);
  if (counts.unknownTickets > 0) {
    parts.push(
      `${String(counts.unknownTickets)} entries are about tickets that no organization of the organizer knows.`,
    );
  }
  if (counts.parked > 0) {
    const then = fromFile
      ? 'tickets of the file are refused: upload it again when the cause is gone.'
      : 'tickets parked: they are tried again by themselves.';
    parts.push(`${String(counts.parked)} ${then}`);
  }
  return parts.join(' ');
}

function withDrainMinutes(keys: FeedbackKeys, { institution }: Resolved<'retrieveTicketStatus'>): FeedbackKeys {
  if (keys.waiting === null) return keys;
  const { contactsPerCall, callsPerMinute } = institution.s360;
  const minutes = drainMinutes(keys.waiting.entries, contactsPerCall, callsPerMinute);
  return { ...keys, waiting: { ...keys.waiting, drainMinutes: minutes } };
}

/** How many transfers wait for their contacts, for how long already, and how much longer. */
function backlogMessage({ waiting }: FeedbackKeys): string {
  if (waiting === null) return '';
  const age = Math.max(0, Math.round((Date.now() - waiting.oldestMs) / 60_000));
  return `${String(waiting.entries)} transfers wait for their contacts, the oldest for ${String(age)} min; they are done in about ${String(waiting.drainMinutes ?? 1)} min. Their statuses are stored.`;
}
