import { sign } from 'hono/jwt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ALIVE, AUTH, CREDENTIALS, EXPORT, HOOKS, S360ForTests } from './s360ForTests.js';

let s360: S360ForTests;
const call = (token: string) => s360.post(ALIVE, {}, { authorization: token });
const seconds = () => Math.floor(Date.now() / 1000);

async function selfSigned(claims: object = {}, secret = 'sandbox-secret'): Promise<string> {
  const now = seconds();
  const token = { sub: 'DEMO', aud: 'DEMO_TIXNGO', iss: 's360-tixngo-interface', iat: now, exp: now + 30, ...claims };
  return `Bearer ${await sign(token, secret, 'HS256')}`;
}

beforeAll(async () => {
  s360 = await S360ForTests.start({ tickets: 20 });
});
afterAll(() => s360.close());

describe('asking for a token', () => {
  it('gives a token that opens the other operations', async () => {
    const { status, body } = await s360.post(AUTH, CREDENTIALS);
    expect(status).toBe(200);
    expect(Object.keys(body)).toEqual(['token']);
    expect((await call(`Bearer ${body.token}`)).body).toMatchObject({ statusCode: 'success', alive: true });
  });

  it.each(['operator', 'partner', 'secret'])(
    'refuses a wrong %s with 401 and does not say which one it was',
    async (name) => {
      const { status, body } = await s360.post(AUTH, { ...CREDENTIALS, [name]: 'wrong' });
      expect(status).toBe(401);
      expect(body).toEqual({
        requestId: null,
        statusCode: 'error.authentication',
        statusDetail: 'operator, partner or secret is wrong',
      });
    },
  );

  it('refuses credentials that are incomplete with 400, naming what is missing', async () => {
    const { status, body } = await s360.post(AUTH, { operator: 'DEMO_TIXNGO', partner: 'x' });
    expect(status).toBe(400);
    expect(body.statusCode).toBe('error.invalidRequest');
    expect(body.statusDetail).toContain('secret');
  });
});

describe('a token', () => {
  it('that the caller has signed itself is as good as an issued one', async () => {
    expect((await call(await selfSigned())).status).toBe(200);
  });

  it('is demanded by every vendor-like operation, mark-printed too', async () => {
    const paths = ['executeExport', 'flagItems', 'unFlagItems', 'getFlaggingStatus', 'getAvailableExports']
      .map((method) => `${EXPORT}/${method}`)
      .concat(ALIVE, `${HOOKS}/mark-printed`);
    for (const path of paths) {
      expect([path, (await s360.post(path, {}, { authorization: '' })).status]).toEqual([path, 401]);
    }
  });

  it.each([
    ['of another institution', { sub: 'OTHER' }, 'sub is not the institution'],
    ['of another operator', { aud: 'OTHER' }, 'aud is not the operator'],
    ['of another partner', { iss: 'other' }, 'iss is not the partner'],
    ['that has expired', { iat: seconds() - 100, exp: seconds() - 1 }, 'the token has expired'],
    ['from the future', { iat: seconds() + 600, exp: seconds() + 900 }, 'iat lies in the future'],
    ['without an end', { exp: undefined }, 'iat and exp must be numbers'],
    ['in milliseconds', { iat: Date.now(), exp: Date.now() + 30_000 }, 'iat and exp must be in seconds'],
  ])('%s is refused', async (_what, claims, detail) => {
    const { status, body } = await call(await selfSigned(claims));
    expect(status).toBe(401);
    expect(body.statusDetail).toBe(detail);
  });

  it('that another secret has signed is refused', async () => {
    expect((await call(await selfSigned({}, 'other-secret'))).status).toBe(401);
  });

  it('whose signature has been left out is refused', async () => {
    const [, token = ''] = (await selfSigned()).split(' ');
    const [, payload] = token.split('.');
    const unsigned = `${Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')}.${payload ?? ''}.`;
    expect((await call(`Bearer ${unsigned}`)).status).toBe(401);
  });

  it('in another form than Bearer is refused', async () => {
    expect((await call('Basic YTpi')).body.statusDetail).toContain('Bearer');
  });
});

describe('the life of a token', () => {
  it('ends when the clock of the sandbox has passed it', async () => {
    const own = await S360ForTests.start({ tickets: 1, tokenLifetimeSeconds: 60 });
    await own.post(`${HOOKS}/clock`, { hold: true });
    await own.authenticate();
    await own.post(`${HOOKS}/clock`, { advanceSeconds: 58 });
    expect((await own.post(ALIVE, {})).status).toBe(200);
    await own.post(`${HOOKS}/clock`, { advanceSeconds: 2 });
    expect((await own.post(ALIVE, {})).body.statusDetail).toBe('the token has expired');
    await own.close();
  });

  it('may be 30 seconds at most in the strict mode, and issued tokens keep to it', async () => {
    const own = await S360ForTests.start({ tickets: 1, strictTokenLifetimeSeconds: 30 });
    expect((await own.post(ALIVE, {})).status).toBe(200);
    const now = seconds();
    const long = await own.post(ALIVE, {}, { authorization: await selfSigned({ iat: now, exp: now + 31 }) });
    expect(long.status).toBe(401);
    expect(long.body.statusDetail).toBe('the token lives longer than 30 s');
    await own.close();
  });

  it('counts in milliseconds where the institution does', async () => {
    const own = await S360ForTests.start({ tickets: 1, tokenUnit: 'milliseconds' });
    const claims = JSON.parse(Buffer.from(own.token.split('.')[1] ?? '', 'base64url').toString());
    expect(claims.exp - claims.iat).toBe(900_000);
    expect((await own.post(ALIVE, {})).status).toBe(200);
    expect((await own.post(ALIVE, {}, { authorization: await selfSigned() })).body.statusDetail).toBe(
      'iat and exp must be in milliseconds',
    );
    await own.close();
  });

  it('ends for all tokens when the secret is changed', async () => {
    const own = await S360ForTests.start({ tickets: 1 });
    const { body } = await own.post(`${HOOKS}/settings`, { secret: 'a-new-secret' });
    expect(JSON.stringify(body)).not.toContain('secret');
    expect((await own.post(ALIVE, {})).status).toBe(401);
    await own.close();
  });
});
