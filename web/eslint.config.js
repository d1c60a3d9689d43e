import hooks from 'eslint-plugin-react-hooks';
import { defineConfig } from 'eslint/config';
import ts from 'typescript-eslint';

// Imports go one way: lib <- api <- live, status <- ui <- shell <- plugins. Each folder lists what it may not see.
const folders = ['lib', 'api', 'live', 'status', 'ui', 'shell', 'plugins'];
const sees = {
  lib: ['api/types'],
  api: ['lib'],
  live: ['lib', 'api'],
  status: ['lib', 'api'],
  theme: [],
  ui: ['lib', 'api', 'live', 'status'],
  shell: ['lib', 'api', 'live', 'status', 'ui'],
  plugins: ['lib', 'api', 'live', 'status', 'ui', 'shell'],
};

function direction(folder) {
  const allowed = sees[folder];
  const refused = folders.filter((other) => other !== folder && !allowed.includes(other));
  const patterns = refused.map((other) =>
    other === 'api' && allowed.includes('api/types')
      ? { regex: String.raw`/api/(?!types$)`, message: `${folder} may only see api/types.` }
      : { regex: String.raw`\.\./${other}/`, message: `${folder} may not import ${other}: imports go lib <- live, status <- ui <- shell <- plugins.` },
  );
  return {
    files: [`src/${folder}/**/*.{ts,tsx}`],
    rules: { 'no-restricted-imports': ['error', { patterns: patterns.length > 0 ? patterns : [{ regex: '^$' }] }] },
  };
}

export default defineConfig(
  { ignores: ['dist', 'node_modules', 'src/api/generated.ts', 'public'] },
  {
    files: ['src/**/*.{ts,tsx}', 'vite.config.ts'],
    extends: [ts.configs.strictTypeChecked, ts.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { project: './tsconfig.node.json', tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/dot-notation': 'off', // index signatures are read with brackets
      '@typescript-eslint/consistent-type-definitions': ['error', 'interface'],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: false }],
      '@typescript-eslint/prefer-readonly': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      'max-lines': ['error', { max: 300, skipBlankLines: false, skipComments: false }],
      'no-console': 'error',
      eqeqeq: 'error',
    },
  },
  {
    files: ['src/**/*.tsx'],
    plugins: { 'react-hooks': hooks },
    rules: { ...hooks.configs.recommended.rules, 'max-lines-per-function': ['error', { max: 150 }] },
  },
  { files: ['src/**/*.ts'], plugins: { 'react-hooks': hooks }, rules: { ...hooks.configs.recommended.rules } },
  {
    files: ['src/**/*.{ts,tsx}'],
    ignores: ['src/api/**', 'src/**/*.test.ts'],
    rules: { 'no-restricted-globals': ['error', { name: 'fetch', message: 'api/client.ts is the only one that fetches.' }, { name: 'localStorage', message: 'lib/store.ts is the only one that remembers.' }] },
  },
  { files: ['src/lib/store.ts'], rules: { 'no-restricted-globals': 'off' } },
  ...Object.keys(sees).map(direction),
  { files: ['src/**/*.test.ts'], rules: { '@typescript-eslint/no-non-null-assertion': 'off', '@typescript-eslint/no-misused-spread': 'off', '@typescript-eslint/unbound-method': 'off', '@typescript-eslint/restrict-plus-operands': 'off' } },
);
