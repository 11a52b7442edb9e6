import { CrashSite, type Strike } from './crashSite.js';

export type PushFunction = 'injection' | 'push cancelled' | 'push controlled' | 'digital privileges';

/** The effects of a page in their order, and the end of the run: between any two of them everything may die. */
export type PushPoint =
  | 'the read'
  | 'the definition'
  | 'the first chunk'
  | 'the second chunk'
  | 'the third chunk'
  | 'four chunks at once'
  | 'PRINTED'
  | 'the processed mark'
  | 'the close';

const chunks = ['the first chunk', 'the second chunk', 'the third chunk'] as const;

export const pushPoints: Readonly<Record<PushFunction, readonly PushPoint[]>> = {
  injection: ['the read', ...chunks, 'PRINTED', 'the processed mark', 'the close'],
  'push cancelled': ['the read', ...chunks, 'the processed mark', 'the close'],
  // The chunks of a page are under way together: whichever is struck alone is the first.
  'push controlled': ['the read', 'the first chunk', 'four chunks at once', 'the processed mark', 'the close'],
  'digital privileges': [
    'the read',
    'the definition',
    'the first chunk',
    'the third chunk',
    'PRINTED',
    'the processed mark',
    'the close',
  ],
};

/** All chunks of a page of push controlled: they are under way together. */
const atOnce = 4;

const names = {
  injection: { exportKey: 'TIXNGO_INJECTION', write: 'tickets.inject' },
  'push cancelled': { exportKey: 'TIXNGO_CANCELLED', write: 'tickets.delete' },
  'push controlled': { exportKey: 'TIXNGO_CONTROLLED', write: 'tickets.control' },
  'digital privileges': { exportKey: 'TIXNGO_PRIVILEGES', write: 'privileges.inject' },
} as const;

interface CallBody {
  readonly exportKey?: string;
  readonly parameters?: readonly { readonly name: string; readonly value: string }[];
  readonly tickets?: readonly { readonly ticketId: string }[];
  readonly privileges?: readonly { readonly privilegeId: string }[];
  readonly ticketIds?: readonly (number | string)[];
  readonly elementIds?: readonly (number | string)[];
}

/** A call of a function that pushes tickets or cards. */
export class PushCrashSite extends CrashSite {
  private pageBefore: ReadonlySet<string> = new Set();
  private page: ReadonlySet<string> = new Set();
  private chunksSeen = 0;
  private definitionsSeen = 0;

  constructor(
    private readonly fn: PushFunction,
    private readonly point: PushPoint,
    strike: Strike,
  ) {
    super(strike, point === 'the close' ? 'close' : null, point === 'four chunks at once' ? atOnce : 1);
  }

  /** From now on. @param pages the ids that S-360 will offer, page by page */
  arm(pages: readonly (readonly number[])[]): void {
    const [pageBefore = [], page = []] = pages.map((ids) => ids.map(String));
    this.pageBefore = new Set(pageBefore);
    this.page = new Set(page);
    this.armNow();
  }

  protected override isMeant(operation: string, given: unknown): boolean {
    const body = given as CallBody;
    const { exportKey, write } = names[this.fn];
    const ofPage = (ids: readonly (number | string)[]): boolean => ids.some((id) => this.page.has(String(id)));
    switch (this.point) {
      case 'the read': {
        const after = body.parameters?.find(({ name }) => name === 'afterTicketId')?.value;
        const isRead = operation === 'dataExportService.executeExport' && body.exportKey === exportKey;
        return isRead && after !== undefined && [...this.pageBefore].at(-1) === after;
      }
      case 'the first chunk':
      case 'the second chunk':
      case 'the third chunk':
        if (operation !== write || !ofPage(idsOf(body))) return false;
        this.chunksSeen += 1;
        return this.chunksSeen >= chunks.indexOf(this.point) + 1;
      case 'four chunks at once':
        return operation === write && ofPage(idsOf(body));
      case 'the definition':
        // Each page has cards of another product.
        if (operation !== 'privilegeDefinitions.write') return false;
        this.definitionsSeen += 1;
        return this.definitionsSeen >= 2;
      case 'PRINTED':
        return operation === 'markPrinted.markPrinted' && ofPage(body.ticketIds ?? []);
      case 'the processed mark':
        return (
          operation === 'dataExportService.flagItems' && body.exportKey === exportKey && ofPage(body.elementIds ?? [])
        );
      case 'the close':
        return false;
    }
  }
}

function idsOf({ tickets = [], privileges = [] }: CallBody): string[] {
  return [...tickets.map(({ ticketId }) => ticketId), ...privileges.map(({ privilegeId }) => privilegeId)];
}
