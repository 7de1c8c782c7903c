import { fileURLToPath } from 'node:url'

import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  base: '/static/',
  plugins: [vue()],
  resolve: { alias: { '@': here('./src') } },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    manifest: 'manifest.json',
    // The content security policy allows no data: addresses, so nothing is inlined.
    assetsInlineLimit: 0,
    // What tokens.css needs; an older target would rewrite light-dark() into something else.
    target: ['chrome123', 'firefox120', 'safari17.5'],
    rolldownOptions: {
      input: Object.fromEntries(
        ['desk', 'wallboard', 'floor', 'styles', 'admin'].map((entry) => [entry, here(`./src/${entry}/main.ts`)]),
      ),
    },
  },
  server: { port: 5173, strictPort: true, cors: true },
  test: { environment: 'happy-dom', include: ['src/**/*.test.ts'] },
})
