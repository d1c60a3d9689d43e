import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { thirdPartyNotices } from './scripts/notices.mjs';

// The page runs under any base path: every address in the built page is relative to index.html's <base>.
const server = process.env['MASTHEAD_URL'] ?? 'http://127.0.0.1:7070';

export default defineConfig({
  base: './',
  plugins: [react(), thirdPartyNotices()],
  build: {
    target: 'es2023',
    assetsInlineLimit: 0, // data: addresses are not in the content security policy
    modulePreload: { polyfill: false },
    sourcemap: false,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 900,
  },
  server: {
    proxy: { '/api': { target: server, changeOrigin: true, ws: true } },
  },
  test: { include: ['src/**/*.test.ts'], environment: 'node', testTimeout: 20_000 },
});
