import { createTransport } from 'nodemailer';

import type { MailText } from './mailText.js';

/** A mail that was not taken. Answers of mail servers quote addresses, so the message has only codes. */
export class MailNotTaken extends Error {
  override readonly name = 'MailNotTaken';

  constructor(
    /** Such as `ECONNREFUSED` or `SMTP 550 to RCPT TO`. */
    readonly why: string,
    /** `mail`: the server takes others. `mailForGood`: and it will not take this one tomorrow either. `server`: it takes none now. */
    readonly refuses: 'mail' | 'mailForGood' | 'server',
  ) {
    super(`The mail server did not take the mail: ${why}.`);
  }
}

export interface Letter extends MailText {
  /** The same for a mail that is sent again. */
  readonly id: string;
  readonly atMs: number;
  readonly to: readonly string[];
}

const patienceMs = 20_000;

/** The mail server of the configuration. Each mail has a connection of its own: there are few. */
export class MailServer {
  constructor(
    /** Such as `smtp://user:password@host:587`. */
    private readonly url: string,
    private readonly from: string,
  ) {}

  /**
   * @returns how many recipients were refused, while others were not
   * @throws MailNotTaken if it was taken for nobody
   */
  async send(letter: Letter, signal: AbortSignal): Promise<number> {
    const transport = createTransport({
      url: this.url,
      connectionTimeout: patienceMs,
      greetingTimeout: patienceMs,
      socketTimeout: patienceMs,
      dnsTimeout: patienceMs,
      logger: false,
    });
    try {
      const { rejected } = await transport.sendMail({
        messageId: `<${letter.id}@${domainOf(this.from)}>`,
        date: new Date(letter.atMs),
        from: this.from,
        to: [...letter.to],
        subject: letter.subject,
        text: letter.body,
        textEncoding: 'quoted-printable',
        // No answer of an absence assistant, please (RFC 3834).
        headers: { 'Auto-Submitted': 'auto-generated' },
        signal,
      });
      return rejected.length;
    } catch (error) {
      throw notTaken(error);
    } finally {
      transport.close();
    }
  }
}

/** A refusal before MAIL FROM (no connection, a wrong password) is a matter of the server or its settings, whatever its code. */
function notTaken(error: unknown): MailNotTaken {
  const { code, command, responseCode } = error as {
    readonly code?: unknown;
    readonly command?: unknown;
    readonly responseCode?: unknown;
  };
  const why =
    typeof responseCode === 'number'
      ? `SMTP ${String(responseCode)} to ${known(command)}`
      : typeof code === 'string'
        ? code
        : 'an unexpected error';
  if (code !== 'EENVELOPE' && code !== 'EMESSAGE') return new MailNotTaken(why, 'server');
  return new MailNotTaken(why, typeof responseCode === 'number' && responseCode >= 500 ? 'mailForGood' : 'mail');
}

function known(command: unknown): string {
  return typeof command === 'string' && /^[A-Z0-9 ]{1,20}$/.test(command) ? command : 'a command';
}

/** Of an address, or of a name with an address in angle brackets. */
function domainOf(from: string): string {
  return /@([\w.-]+)>?\s*$/.exec(from)?.[1] ?? 's360-tixngo';
}
