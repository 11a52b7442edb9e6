// Lint rules. What each folder may import is checked twice: here for src/workflows (so that an editor shows it at once)
// and for every folder in .dependency-cruiser.cjs.
import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** Workflow code is replayed, and domain code is pure: neither may read a clock, a random number or the process. */
const clockMessage =
  'Time comes in as an argument (in a workflow: from the activity or the event), never from a clock.';

export default defineConfig(
  globalIgnores(['node_modules/', 'dist/', 'coverage/', '.cache/', '.reports/', 'test/histories/']),
  {
    linterOptions: { reportUnusedDisableDirectives: 'error', reportUnusedInlineConfigs: 'error' },
  },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      eqeqeq: 'error',
      'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx', 'hack'], location: 'start' }],
      'object-shorthand': 'error',
      '@typescript-eslint/consistent-type-exports': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // `[...text]` counts code points, which is how both systems count.
      '@typescript-eslint/no-misused-spread': ['error', { allow: [{ from: 'lib', name: 'string' }] }],
      '@typescript-eslint/no-dynamic-delete': 'off',
      // Hono's builders return the same instance under a richer type.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: 'only-allowed-literals' },
      ],
      '@typescript-eslint/prefer-nullish-coalescing': ['error', { ignorePrimitives: { string: true, boolean: true } }],
      '@typescript-eslint/no-unused-vars': [
        'error',
        {
          argsIgnorePattern: '^_',
          destructuredArrayIgnorePattern: '^_',
          varsIgnorePattern: '^_',
          ignoreRestSiblings: true,
        },
      ],
      '@typescript-eslint/prefer-optional-chain': 'error',
      // `read<Answer>(path)` says what the caller expects.
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      // A handler must often be async to fit its interface, with nothing to wait for yet.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true, requireDefaultForNonUnion: false },
      ],
    },
  },
  {
    // Typed arrays and fixtures are indexed by construction; in the product code an index is checked.
    files: ['sandbox/**', 'demo/**', 'scripts/**', 'test/**', 'docker/**'],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off' },
  },
  {
    files: ['test/**'],
    rules: {
      // Tests read answers as JSON and say what they expect of it.
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    // These run inside a worker and log through it; only programs that a person starts print.
    files: ['src/{activities,domain,s360,tixngo,workflows}/**'],
    rules: { 'no-console': 'error' },
  },
  {
    files: ['src/domain/**', 'src/workflows/**'],
    rules: {
      'no-restricted-globals': [
        'error',
        ...['process', 'fetch', 'setTimeout', 'setInterval', 'setImmediate', 'Buffer', 'crypto', 'performance'].map(
          (name) => ({ name, message: 'Workflow and domain code has no I/O, no timers and no process of its own.' }),
        ),
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'The same input must give the same output.' },
      ],
    },
  },
  {
    files: ['src/domain/**'],
    rules: {
      'no-restricted-syntax': [
        'error',
        { selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: clockMessage },
        {
          selector:
            'CallExpression[callee.object.name=/^(Date|DateTime)$/][callee.property.name=/^(now|local|utc)$/]' +
            '[arguments.length=0]',
          message: clockMessage,
        },
      ],
    },
  },
  {
    files: ['src/workflows/**'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: '^(?!@temporalio/workflow$|\\.)',
              allowTypeImports: true,
              message: 'A workflow imports only @temporalio/workflow, src/domain and types.',
            },
            {
              regex: '^(\\.\\./)+(?!\\.\\./|domain/|workflows/|temporal/searchAttributes\\.js$)',
              allowTypeImports: true,
              message: 'A workflow imports only src/domain, src/temporal/searchAttributes and types (`import type`).',
            },
          ],
        },
      ],
    },
  },
  {
    files: ['**/*.js', '**/*.cjs'],
    languageOptions: { globals: { module: 'writable', process: 'readonly', require: 'readonly' } },
  },
);
