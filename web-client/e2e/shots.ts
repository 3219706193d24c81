/** Pictures for people to look at; the folder is `SHOTS`. */
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { DESK, PHONE } from './people'

const folder = process.env.SHOTS ?? 'test-results/shots'

export const shoot = (page: Page, name: string, fullPage = false) =>
  page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled', fullPage })

/** The same at both sizes. */
export async function shootBoth(page: Page, name: string): Promise<void> {
  for (const size of [DESK, PHONE]) {
    await page.setViewportSize(size)
    await page.waitForTimeout(300)
    await shoot(page, `${name}-${size.width}`)
  }
}
