import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** The hub serves the built portal under /admin; for work on the portal alone, `vite` forwards the API to a hub on 8080. */
export default defineConfig({
  base: '/admin/',
  publicDir: '../../packages/ui/public',
  plugins: [react()],
  build: { outDir: 'dist', target: 'es2023', assetsInlineLimit: 0, chunkSizeWarningLimit: 700 },
  server: { host: '127.0.0.1', proxy: { '/hub': 'http://127.0.0.1:8080' } },
})
