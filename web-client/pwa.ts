/**
 * What makes the page open without a server: a manifest, and a service worker that keeps the page
 * itself. Invariant: nothing of `/api` is ever kept, for what it tells is about people.
 */
import type { Plugin } from 'vite'
import { VitePWA } from 'vite-plugin-pwa'

const DAY_S = 86_400
/** Larger than all of the phone together: these are kept once somebody opened them. */
const ONCE_OPENED = ['src/views/DeskView.vue', 'src/views/AdminView.vue']
const SHELL = ['index.html', 'favicon.svg', 'icon-192.png']

export function pwa(): Plugin[] {
  const atOnce = new Set(SHELL)
  const reached: Plugin = {
    name: 'xunfang-reached',
    apply: 'build',
    generateBundle(_options, bundle) {
      const walk = (file: string): void => {
        const chunk = bundle[file]
        if (atOnce.has(file) || chunk?.type !== 'chunk') return
        if (ONCE_OPENED.some((view) => chunk.facadeModuleId?.endsWith(view))) return
        atOnce.add(file)
        for (const sheet of chunk.viteMetadata?.importedCss ?? []) atOnce.add(sheet)
        for (const next of [...chunk.imports, ...chunk.dynamicImports]) walk(next)
      }
      for (const chunk of Object.values(bundle))
        if (chunk.type === 'chunk' && chunk.isEntry) walk(chunk.fileName)
    },
  }
  return [reached, ...VitePWA(options((url) => atOnce.has(url)))]
}

const options = (isKept: (url: string) => boolean): Parameters<typeof VitePWA>[0] => ({
  // Not under somebody's fingers: the page offers the new version, and the next start takes it.
  registerType: 'prompt',
  injectRegister: false,
  manifest: {
    id: '/',
    name: '巡防',
    short_name: '巡防',
    description: '村警园企社联动巡防',
    lang: 'zh-CN',
    start_url: '/',
    display: 'standalone',
    background_color: '#10151a',
    theme_color: '#10151a',
    icons: [
      { src: '/icon-192.png', sizes: '192x192', type: 'image/png' },
      { src: '/icon-512.png', sizes: '512x512', type: 'image/png' },
      { src: '/icon-mask-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
    ],
  },
  includeManifestIcons: false,
  workbox: {
    globPatterns: ['*.{html,svg,png}', 'assets/*.{js,css}'],
    manifestTransforms: [
      (entries) => ({ manifest: entries.filter(({ url }) => isKept(url)), warnings: [] }),
    ],
    // One file, so that one rule serves it.
    inlineWorkboxRuntime: true,
    sourcemap: false,
    clientsClaim: true,
    cleanupOutdatedCaches: true,
    navigateFallback: '/index.html',
    // What the server itself answers, and files.
    navigateFallbackDenylist: [/^\/(api|ws|healthz|readyz|metrics)(\/|$)/, /\.[a-z0-9]+$/i],
    runtimeCaching: [
      {
        urlPattern: ({ url, sameOrigin }) => sameOrigin && url.pathname.startsWith('/assets/'),
        handler: 'CacheFirst',
        options: {
          cacheName: 'xunfang-assets',
          expiration: { maxEntries: 80, maxAgeSeconds: 60 * DAY_S },
          cacheableResponse: { statuses: [200] },
        },
      },
    ],
  },
})
