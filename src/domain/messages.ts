/**
 * Every code that an operator can see, with its sentence and what to do next. S-360's operators know this shape: message, cause, action.
 * The sentences name fields, never values.
 */
export interface Message {
  readonly sentence: string;
  readonly action: string;
}

export const messages = {
  // Reasons for which one ticket is parked.
  FIELD_REQUIRED: {
    sentence: 'A value that TIXNGO demands is empty in S-360.',
    action: 'Complete the ticket in S-360; it is tried again as soon as its record changes.',
  },
  FIELD_TOO_LONG: {
    sentence: 'A value is longer than TIXNGO accepts.',
    action: 'Shorten it in S-360 or in the ticket template; the ticket is tried again as soon as its record changes.',
  },
  FIELD_INVALID: {
    sentence: 'A value is not in the form that TIXNGO accepts.',
    action: 'Correct it in S-360 or in the ticket template; the ticket is tried again as soon as its record changes.',
  },
  COMFORT_VARIABLE_INVALID: {
    sentence: 'A comfort variable is in none of the documented formats.',
    action:
      'Set it to start_of_season, end_of_season, an offset such as +1d or -1w, or dd/mm/yy hh:mm on the product or performance.',
  },
  TIME_INVALID: {
    sentence: 'A date or the time zone of the venue cannot be read.',
    action: 'Correct the performance, the validity or the venue in S-360.',
  },
  TICKET_DELETED: {
    sentence: 'TIXNGO has deleted this ticket and never revives one.',
    action: 'If the spectator should have a ticket, reprint it in S-360: a reprint has a new ticket id.',
  },
  TICKET_REFUSED: {
    sentence: 'TIXNGO refused the ticket without a code of its own.',
    action: 'Look the ticket up in the TIXNGO back office, correct it in S-360, or put it on the skip list.',
  },
  DEFINITION_REFUSED: {
    sentence: 'TIXNGO refused the definition of the privilege, which the product of the card becomes.',
    action:
      'Correct the product in S-360 (name, validity) or its picture in privilegeImages; the cards are tried again by themselves.',
  },
  PRINTED_REFUSED: {
    sentence: 'TIXNGO has the ticket, but S-360 refused to mark it PRINTED.',
    action: 'Look the ticket up in S-360: it may have been printed elsewhere. It is tried again with growing pauses.',
  },
  PRINTED_NOT_IN_TIXNGO: {
    sentence: 'S-360 says PRINTED by our point of sales, but TIXNGO does not have the ticket.',
    action: 'Reprint the ticket in S-360 if the spectator should have it.',
  },
  IN_DOUBT: {
    sentence: 'The ticket may already have been sent, and no look-up is configured to find out.',
    action:
      'Look it up in the TIXNGO back office; set whenInDoubt to "resend" if a repeated announcement is acceptable.',
  },
  ENTRY_UNREADABLE: {
    sentence: 'An entry of TIXNGO does not have the agreed shape.',
    action:
      'Compare the named field with the contract. It is tried again by itself, and again when TIXNGO says something new of the ticket.',
  },
  MOBILE_TICKET_REFUSED: {
    sentence: 'S-360 refused to store what TIXNGO says of the ticket.',
    action: 'Look the ticket up in S-360, or put it on the skip list. It is tried again by itself.',
  },
  CONTACT_REFUSED: {
    sentence: 'S-360 refused to create or complete the contact of a recipient.',
    action:
      'Look the transfer up in TIXNGO and enter the contact in S-360 by hand. The status of the ticket is stored.',
  },
  DISTRIBUTION_REFUSED: {
    sentence: 'S-360 refused a line of the distribution history.',
    action: 'Look the ticket up in S-360. The status of the ticket is stored.',
  },

  // Why a whole run stops.
  CONFIGURATION_INVALID: {
    sentence: 'The interface configuration does not fit.',
    action: 'Correct the named place of the configuration file and restart the worker.',
  },
  CONFIGURATION_DIFFERS: {
    sentence:
      'This worker has another URL or interface type for the organization than the executions that are at work.',
    action: 'Give all workers the same configuration file, or wait until the running executions have ended.',
  },
  INPUT_INVALID: {
    sentence: 'The workflow input does not fit.',
    action: 'Start again with a corrected input; the message shows one that is right.',
  },
  ACCESS_REFUSED: {
    sentence: 'The system refused our key or secret.',
    action: 'Check the environment variable that the configuration names, and restart the worker with the right value.',
  },
  NOT_FOUND: {
    sentence: 'The address or the operation does not exist there.',
    action: 'Check the URL and the operation map in the configuration.',
  },
  OPERATION_NOT_CONFIGURED: {
    sentence: 'An operation that this function needs has no path in the operation map.',
    action: 'Set the operation in the configuration; nothing was sent.',
  },
  POINT_OF_SALES_UNKNOWN: {
    sentence: 'S-360 does not know the configured point of sales.',
    action: 'Correct pointOfSales (salesChannelCode;posCode) of the function in the configuration.',
  },
  FILTER_UNKNOWN: {
    sentence: 'S-360 does not know a filter or one of its codes.',
    action: 'Correct the filters of the function in the configuration.',
  },
  EXPORT_UNKNOWN: {
    sentence: 'S-360 does not know the configured export key.',
    action: 'Correct s360.exportKeys in the configuration, or ask SecuTix for the export.',
  },
  CONTRACT_BROKEN: {
    sentence: 'An answer does not have the agreed shape.',
    action:
      'Compare the named field with the contract; nothing more was sent. Report it to the vendor or update the client.',
  },
  REQUEST_REFUSED: {
    sentence: 'The system refused the request as a whole.',
    action: 'Report it with the time of the execution; nothing more was sent.',
  },
  SYNC_ERROR: {
    sentence: 'A ticket cannot be stored, and doContinueInCaseOfSyncError is false.',
    action:
      'Correct the ticket in S-360, put it on the skip list, or set doContinueInCaseOfSyncError to true: then it is parked and the others go on.',
  },
  TOO_MANY_PARKED: {
    sentence: 'More tickets are in error than the interface can keep, so that the pagination key stays before them.',
    action:
      'Remove the cause that most of the parked tickets share, or put them on the skip list. It is tried again by itself, and nothing is stored twice.',
  },
  PAGINATION_KEY_REFUSED: {
    sentence: 'TIXNGO does not know the pagination key.',
    action:
      'If the key was given for this execution, start again without it: the kept key is as it was. If it is the kept one, start once by hand with an empty paginationKey: it reads the stream from its beginning and stores nothing twice.',
  },
  FILE_NOT_FOUND: {
    sentence: 'The file to upload is not in the upload directory of this worker.',
    action: 'Put the file there on every worker (uploadDirectory of the configuration), and start again.',
  },
  FILE_INVALID: {
    sentence: "The file to upload does not have the form of an answer of TIXNGO's diff; nothing of it was stored.",
    action: 'Correct the named place, and start again.',
  },
  TICKET_LIST_INVALID: {
    sentence: 'The list of tickets in the file is not right, so nothing of it is sent.',
    action: 'Correct the file, or set skipBadLines to leave its bad lines out, and start again.',
  },
  OVERRIDE_OF_ANOTHER_DAY: {
    sentence: 'The override of the input is meant for another day than today; nothing was sent.',
    action: 'Look whether it is still wanted; if it is, start again with today as overrideDay.',
  },
  OVERRIDE_USED: {
    sentence: 'Another execution has taken the same override already; nothing was sent.',
    action: 'If it shall be done once more, start again with the run id of that execution as again.',
  },
  SYSTEMIC_REFUSAL: {
    sentence: 'Most tickets of a page were refused for the same reason, so that it is no matter of single tickets.',
    action:
      'Remove the cause (configuration, template, organizer settings in TIXNGO) and start again; nothing was parked.',
  },

  // Passing trouble: retried by Temporal.
  CONNECTION_FAILED: {
    sentence: 'The connection failed.',
    action: 'Nothing to do at first: it is tried again for 15 minutes. Then check the network and the system.',
  },
  TIMED_OUT: {
    sentence: 'The system did not answer in time.',
    action: 'Nothing to do at first: it is tried again for 15 minutes. Then check the system.',
  },
  SYSTEM_FAILED: {
    sentence: 'The system answered with an error of its own.',
    action: 'Nothing to do at first: it is tried again for 15 minutes. Then ask its operator.',
  },
  DIFF_IN_USE: {
    sentence: 'Somebody else reads the diff of this TIXNGO organizer right now.',
    action: 'Nothing to do: it is tried again. If it repeats, find the other reader: only one may be active.',
  },
  RATE_LIMITED: {
    sentence: 'The system asked to slow down.',
    action: 'Nothing to do: it is tried again when the system allows. If it repeats, lower callsPerMinute.',
  },
  BATCH_REFUSED: {
    sentence: 'The whole call was refused without saying which tickets are wrong.',
    action: 'Nothing to do: the call is split until the wrong tickets are alone.',
  },
  NOT_READY: {
    sentence: 'S-360 is still preparing the export.',
    action: 'Nothing to do: it is asked again.',
  },
  SETTLING: {
    sentence: 'An earlier attempt may still be writing; waiting until it cannot any more.',
    action: 'Nothing to do: it goes on by itself.',
  },
  WAITING_FOR_TURN: {
    sentence: 'Another execution of the function is at work; what is asked of this one run waits for its turn.',
    action: 'Nothing to do: it begins when the other one has ended.',
  },
  WAITING_FOR_SLOT: {
    sentence: 'Other activities of the organization have its share of this worker.',
    action: 'Nothing to do: it goes on when one of them has ended. If it lasts, a system answers slowly or not at all.',
  },
  WAITING_FOR_CALLS: {
    sentence: 'The calls allowed per minute are used up.',
    action: 'Nothing to do: it goes on when its turn comes.',
  },
  PERMISSION_LOST: {
    sentence: 'Another attempt or execution has taken over, or nobody could say; this one writes nothing more.',
    action: 'Nothing to do: the other one goes on.',
  },
  MAIL_NOT_TAKEN: {
    sentence: 'The mail server did not take an e-mail to the recipients.',
    action:
      'No ticket waits for it, and it is tried again by itself. Check the mail server, and the address and password in the variable that email.smtpUrlVariable names.',
  },
  RUN_FAILED: {
    sentence: 'The execution failed.',
    action: 'Read the cause below; the next execution looks up what is in doubt before it sends.',
  },
  CANCELLED: {
    sentence: 'The execution was cancelled.',
    action: 'Start it again when you want it to go on; nothing is sent twice.',
  },
} as const satisfies Record<string, Message>;

export type MessageCode = keyof typeof messages;

/** The sentence and action of a code; codes of TIXNGO's own that we do not know get the general one. */
export function messageOf(code: string): Message {
  return Object.hasOwn(messages, code) ? messages[code as MessageCode] : messages.TICKET_REFUSED;
}
