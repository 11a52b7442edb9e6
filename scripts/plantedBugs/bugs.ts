/** A test, by its file and its title as it stands behind its describe blocks. */
export interface TestName {
  readonly file: string;
  readonly title: string;
}

/** A mistake that somebody could make: some text that takes the place of the right one, and the test that must then fail. */
export interface PlantedBug {
  readonly name: string;
  readonly file: string;
  /** Each right text stands exactly once in the file. */
  readonly edits: readonly { readonly right: string; readonly wrong: string }[];
  readonly test: TestName;
}

/** The page with the last result. */
export const plantedBugsReport = 'docs/planted-bugs.md';

const injection = 'src/activities/injectionStretch.ts';
const pushes = 'src/activities/pushStretch.ts';
const pushControlledTest = 'test/scenarios/pushControlled.test.ts';

export const plantedBugs: readonly PlantedBug[] = [
  {
    name: 'PRINTED and processed are marked before TIXNGO has the ticket',
    file: injection,
    edits: [
      {
        right: '      await this.send(toSend, accepted, pageParked, page);\n',
        wrong:
          '      await this.mark(this.posted(page, selected, new Set(toSend.map(({ source }) => source.ticketId))));\n      await this.send(toSend, accepted, pageParked, page);\n',
      },
    ],
    test: {
      file: 'test/scenarios/injection.test.ts',
      title: 'parks what only TIXNGO finds wrong, with the code and the field that TIXNGO gives',
    },
  },
  {
    name: 'in doubt, nothing is looked up before it is sent',
    file: injection,
    edits: [
      {
        right: '(this.tools.inDoubt || this.mayBeThere(candidate))',
        wrong: 'this.mayBeThere(candidate)',
      },
    ],
    test: {
      file: 'test/scenarios/permission.test.ts',
      title:
        'announces nothing twice when a page was closed as ERROR because PRINTED was refused with 401, and the key is right again',
    },
  },
  {
    name: 'a writer does not look at its own execution before it writes',
    file: 'src/activities/ownExecution.ts',
    edits: [
      {
        right: 'if (nowMs - this.checkedAtMs < goodForMs) return;',
        wrong: 'this.checkedAtMs = nowMs;\n    if (nowMs > 0) return;',
      },
    ],
    test: {
      file: 'test/scenarios/permission.test.ts',
      title: 'writes nothing on the word of a look that took too long: what it says is of before',
    },
  },
  {
    name: 'tickets are marked processed with the date of now',
    file: injection,
    edits: [
      {
        right: 's360Marks.flagItems(exportKeyOf(resolved), processed, page.exportDate)',
        wrong: 's360Marks.flagItems(exportKeyOf(resolved), processed, new Date().toISOString())',
      },
    ],
    test: {
      file: 'test/scenarios/injection.test.ts',
      title:
        'meets a ticket again that changed while its page was under way: it is marked with the date of the answer in which it was read',
    },
  },
  {
    name: 'a run does not close',
    file: 'src/activities/functionRun.ts',
    edits: [
      {
        right: 'const { closed } = await this.permission.close({',
        wrong: 'const { closed } = await (async (_: object) => ({ closed: true }))({',
      },
    ],
    test: {
      file: 'test/scenarios/pushCancelled.test.ts',
      title: 'leaves an unknown ticket for the next run while injection could still be sending it',
    },
  },
  {
    name: 'the position in S-360’s queue is kept between runs',
    file: 'src/activities/queueWalk.ts',
    edits: [
      {
        right: '    this.readPosition = list === null ? from : null;\n',
        wrong: '    this.readPosition = list === null ? (from ?? QueueWalk.kept) : null;\n',
      },
      {
        right: '  private readPosition: string | null;\n',
        wrong: '  private static kept: string | null = null;\n  private readPosition: string | null;\n',
      },
      {
        right: '    this.readPosition = lastTicketId;\n',
        wrong: '    this.readPosition = lastTicketId;\n    QueueWalk.kept = lastTicketId;\n',
      },
    ],
    test: {
      file: 'test/scenarios/injection.test.ts',
      title: 'sends the 5th ticket when it becomes eligible after the 5,000th was sent',
    },
  },
  {
    name: 'a parked ticket is marked processed',
    file: injection,
    edits: [
      {
        right: 'parked.push(reasonOf(source, outcome.code, outcome.field));',
        wrong: 'parked.push(reasonOf(source, outcome.code, outcome.field));\n          accepted.add(source.ticketId);',
      },
    ],
    test: {
      file: 'test/scenarios/injection.test.ts',
      title: 'parks what only TIXNGO finds wrong, with the code and the field that TIXNGO gives',
    },
  },
  {
    name: 'the wait ends at DELETION_PENDING',
    file: 'src/activities/deletionWait.ts',
    edits: [{ right: "held.status === 'DELETED'", wrong: 'isDeletion(held.status)' }],
    test: {
      file: 'test/scenarios/pushCancelled.test.ts',
      title: 'waits until the phone that holds the ticket has synced, while a newer run pushes new cancellations',
    },
  },
  {
    name: 'the reason of a deletion is ignored',
    file: 'src/domain/tixngoEffect.ts',
    edits: [{ right: '(reason === null || reason === wanted.reason) && ', wrong: '' }],
    test: {
      file: 'test/scenarios/pushCancelled.test.ts',
      title: 'pushes again when the invalidation reason has changed, and for nothing else',
    },
  },
  {
    name: 'got repeats a call by itself',
    file: 'src/http/jsonCall.ts',
    edits: [{ right: 'retry: { limit: 0 },', wrong: "retry: { limit: 2, methods: ['GET', 'POST', 'PUT'] }," }],
    test: {
      file: 'test/http/jsonCall.test.ts',
      title: 'a connection that is cut before or after the request was read',
    },
  },
  {
    name: 'push controlled takes a DELETED answer as CONTROLLED',
    file: 'src/tixngo/client.ts',
    edits: [
      {
        right: "  ALREADY_CONTROLLED: 'controlled',\n  DELETED: 'deleted',",
        wrong: "  ALREADY_CONTROLLED: 'controlled',\n  DELETED: 'controlled',",
      },
    ],
    test: {
      file: pushControlledTest,
      title: 'settles what was never in TIXNGO without a write, and what an organizer has deleted there',
    },
  },
  {
    name: 'push controlled pushes what a look-up shows as done',
    file: 'src/domain/control.ts',
    edits: [{ right: "status === 'CONTROLLED' || status === 'USED' ? 'done' : 'differs'", wrong: "'differs'" }],
    test: {
      file: pushControlledTest,
      title: 'writes nothing when the record of a processed ticket changes, such as its price',
    },
  },
  {
    name: 'a controlled ticket is marked processed before TIXNGO has answered',
    file: pushes,
    edits: [
      {
        right: '      await this.push(toPush, work);\n',
        wrong:
          '      await this.markSettled({ ...this.posted(work), settled: toPush.map(({ source }) => source.ticketId) });\n      await this.push(toPush, work);\n',
      },
    ],
    test: {
      file: pushControlledTest,
      title: 'ends as ERROR, with the sentence for the operator, when TIXNGO refuses most of a page, and parks nobody',
    },
  },
  {
    name: 'a ticket that injection may still be sending is settled as never in TIXNGO',
    file: pushes,
    edits: [{ right: 'if (injected || nobodySends) {', wrong: 'if (injected || nobodySends || true) {' }],
    test: {
      file: pushControlledTest,
      title: 'leaves a ticket for the next run that injection has read and not sent yet',
    },
  },
  {
    name: 'Date from is not asked of S-360',
    file: pushes,
    edits: [{ right: 'return this.tools.override?.since ?? null;', wrong: 'return null;' }],
    test: {
      file: 'test/scenarios/dateFrom.test.ts',
      title:
        'offers again what was processed since, and only that, and writes it where TIXNGO shows something else; its preview writes nothing',
    },
  },
  {
    name: 'a ticket of another organization is taken, if S-360 offers it',
    file: 'src/activities/pagedStretch.ts',
    edits: [
      {
        right: 'return organization === null || organization === this.tools.resolved.organization.code;',
        wrong: "return organization !== '';",
      },
    ],
    test: {
      file: 'test/scenarios/rowsOfOthers.test.ts',
      title: 'leaves alone what S-360 offers of another organization, whatever the function',
    },
  },
  {
    name: 'a privilege definition is written at every run',
    file: 'src/activities/privilegeDefinitions.ts',
    edits: [{ right: ' ?? (Object.hasOwn(this.known, id) ? this.known[id] : undefined)', wrong: '' }],
    test: {
      file: 'test/scenarios/digitalPrivileges.test.ts',
      title: 'adds tickets that a card gets later, and a new owner; a change that TIXNGO does not show writes nothing',
    },
  },
  {
    name: 'a card counts as done whatever tickets it is linked to',
    file: 'src/domain/privilegeEffect.ts',
    edits: [{ right: ' && sameTickets', wrong: '' }],
    test: { file: 'test/domain/privilegeEffect.test.ts', title: 'a ticket more since' },
  },
  {
    name: 'an override is not remembered as taken',
    file: 'src/domain/overrides.ts',
    edits: [
      {
        right: '[...others.slice(1 - mostRemembered), [override.fingerprint, taken]]',
        wrong: 'others.slice(1 - mostRemembered)',
      },
    ],
    test: {
      file: 'test/domain/overrides.test.ts',
      title: 'the same one is not taken twice; the refusal names who has taken it and how to mean it',
    },
  },
  {
    name: 'a preview writes to TIXNGO',
    file: 'src/tixngo/connection.ts',
    edits: [{ right: 'this.session.simulation === true && isWrite', wrong: 'this.session.simulation === null' }],
    test: {
      file: pushControlledTest,
      title: 'previews without a write in either system, and says what would become of which ticket',
    },
  },
  {
    name: 'a preview writes to S-360',
    file: 'src/s360/connection.ts',
    edits: [{ right: 'this.session.simulation === true && ', wrong: 'this.session.simulation === null && ' }],
    test: {
      file: pushControlledTest,
      title: 'previews without a write in either system, and says what would become of which ticket',
    },
  },
  {
    name: 'no room is kept for another organization',
    file: 'src/domain/callBudget.ts',
    edits: [{ right: 'needsAll ? nothingKept : kept', wrong: 'nothingKept' }],
    test: {
      file: 'test/domain/callFairness.test.ts',
      title: 'one that wants everything leaves each of the others a sixth, and those have it at once',
    },
  },
  {
    name: 'room is kept for an organization beside what it has reserved',
    file: 'src/domain/callBudget.ts',
    edits: [
      {
        right: 'unused.set(organization, Math.max(0, left - calls))',
        wrong: 'unused.set(organization, left)',
      },
    ],
    test: {
      file: 'test/domain/callFairness.test.ts',
      title: 'what an organization has reserved is no longer kept for it',
    },
  },
];
