import { CrashSite, type Strike } from './crashSite.js';

export type PushFunction = 'injection' | 'push cancelled';

/** The effects of a page in their order, and the end of the run: between any two of them everything may die. */
export type PushPoint =
  | 'the read'
  | 'the first chunk'
  | 'the second chunk'
  | 'the third chunk'
  | 'PRINTED'
  | 'the processed mark'
  | 'the close';

const chunks = ['the first chunk', 'the second chunk', 'the third chunk'] as const;

export const pushPoints: Readonly<Record<PushFunction, readonly PushPoint[]>> = {
  injection: ['the read', ...chunks, 'PRINTED', 'the processed mark', 'the close'],
  'push cancelled': ['the read', ...chunks, 'the processed mark', 'the close'],
};

const names = {
  injection: { exportKey: 'TIXNGO_INJECTION', write: 'tickets.inject' },
  'push cancelled': { exportKey: 'TIXNGO_CANCELLED', write: 'tickets.delete' },
} as const;

interface CallBody {
  readonly exportKey?: string;
  readonly parameters?: readonly { readonly name: string; readonly value: string }[];
  readonly tickets?: readonly { readonly ticketId: string }[];
  readonly ticketIds?: readonly (number | string)[];
  readonly elementIds?: readonly (number | string)[];
}

/** A call of injection or of push cancelled. */
export class PushCrashSite extends CrashSite {
  private pageBefore: ReadonlySet<string> = new Set();
  private page: ReadonlySet<string> = new Set();
  private chunksSeen = 0;

  constructor(
    private readonly fn: PushFunction,
    private readonly point: PushPoint,
    strike: Strike,
  ) {
    super(strike, point === 'the close' ? 'close' : null);
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
        if (operation !== write || !ofPage((body.tickets ?? []).map(({ ticketId }) => ticketId))) return false;
        this.chunksSeen += 1;
        return this.chunksSeen >= chunks.indexOf(this.point) + 1;
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
