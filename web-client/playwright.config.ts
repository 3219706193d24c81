import { defineConfig } from '@playwright/test'

export default defineConfig({
  testDir: 'e2e',
  // Two cores serve two browsers, a server and forty walkers.
  workers: 1,
  // A deadline ends what would never come; it must not judge a machine that others slow down.
  timeout: 240_000,
  expect: { timeout: 30_000 },
  // Some bounds are promises of one or two seconds, which a stall of the machine breaks. What fails
  // twice is ours; what failed once is told as flaky.
  retries: process.env.CI ? 1 : 0,
  forbidOnly: true,
  reporter: 'list',
  projects: [
    { name: 'e2e', testMatch: '*.e2e.ts' },
    { name: 'shots', testMatch: '*.shots.ts' },
    { name: 'bench', testMatch: '*.bench.ts' },
  ],
  use: {
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    actionTimeout: 30_000,
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: [
        '--headless=new',
        '--no-sandbox',
        '--use-angle=swiftshader',
        '--enable-unsafe-swiftshader',
        '--ignore-gpu-blocklist',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
})
