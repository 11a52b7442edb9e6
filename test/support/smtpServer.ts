import { once } from 'node:events';

import { SMTPServer } from 'smtp-server';

export const mailUser = 'interface';

/** A mail as its reader sees it. */
export interface ReceivedMail {
  readonly to: readonly string[];
  readonly headers: ReadonlyMap<string, string>;
  readonly subject: string;
  readonly body: string;
}

export interface SmtpServerOptions {
  /** Default: a free one. */
  readonly port?: number;
  readonly password?: string;
  /** What the server says to each mail of which it knows the recipients: null takes it. */
  readonly answerToRecipient?: (address: string) => Refusal | null;
  /** What it says to a mail that it has read. */
  readonly answerToMail?: (mail: ReceivedMail) => Promise<Refusal | null> | Refusal | null;
}

export interface Refusal {
  readonly responseCode: number;
  readonly text: string;
}

/** A real mail server on 127.0.0.1 that keeps what it takes. */
export interface MailServerForTests {
  readonly port: number;
  /** With user and password in it. */
  readonly url: string;
  readonly mails: readonly ReceivedMail[];
  close(): Promise<void>;
}

export async function startSmtpServer(options: SmtpServerOptions = {}): Promise<MailServerForTests> {
  const password = options.password ?? 'mail-password';
  const mails: ReceivedMail[] = [];
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    logger: false,
    closeTimeout: 100,
    onAuth: ({ username, password: given }, _session, done) => {
      if (username === mailUser && given === password) done(null, { user: mailUser });
      else done(errorOf({ responseCode: 535, text: 'not you' }));
    },
    onRcptTo: ({ address }, _session, done) => {
      const refusal = options.answerToRecipient?.(address) ?? null;
      done(refusal === null ? null : errorOf(refusal));
    },
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const mail = mailOf(
          Buffer.concat(chunks).toString('latin1'),
          session.envelope.rcptTo.map(({ address }) => address),
        );
        void Promise.resolve(options.answerToMail?.(mail) ?? null).then((refusal) => {
          if (refusal === null) mails.push(mail);
          done(refusal === null ? null : errorOf(refusal));
        });
      });
    },
  });
  // A connection that breaks is the other side's matter.
  server.on('error', () => undefined);
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server.server, 'listening');
  const address = server.server.address();
  if (address === null || typeof address === 'string') throw new Error('the mail server has no port');
  return {
    port: address.port,
    url: smtpUrl(address.port, password),
    mails,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
      }),
  };
}

export function smtpUrl(port: number, password = 'mail-password'): string {
  return `smtp://${mailUser}:${password}@127.0.0.1:${String(port)}`;
}

function errorOf({ responseCode, text }: Refusal): Error {
  return Object.assign(new Error(text), { responseCode });
}

function mailOf(raw: string, to: readonly string[]): ReceivedMail {
  const [head = '', ...rest] = raw.split('\r\n\r\n');
  const unfolded = head.replaceAll(/\r\n[ \t]+/g, ' ');
  const headers = new Map(
    unfolded.split('\r\n').map((line): [string, string] => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  return {
    to,
    headers,
    subject: headers.get('subject') ?? '',
    body: quotedPrintable(rest.join('\r\n\r\n')).replaceAll('\r\n', '\n'),
  };
}

function quotedPrintable(text: string): string {
  const bytes = text
    .replaceAll('=\r\n', '')
    .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
