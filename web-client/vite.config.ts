import vue from '@vitejs/plugin-vue'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { pwa } from './pwa.ts'

const server = process.env.XUNFANG_SERVER ?? 'http://127.0.0.1:8080'

export default defineConfig({
  plugins: [vue(), pwa()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  build: {
    target: 'es2022',
    // The desk's map alone is larger than Vite's default; phones never fetch it.
    chunkSizeWarningLimit: 1200,
  },
  server: {
    proxy: {
      '/api': server,
      '/ws': { target: server.replace(/^http/, 'ws'), ws: true },
    },
  },
  test: {
    include: ['src/**/__tests__/*.test.ts'],
    environment: 'node',
  },
})
