/**
 * Text that can't be read to its end, found in a page as it is laid out now: cut off by its box,
 * running out of its box, or out of the window. An element may cut its text when it says so with
 * `data-may-ellipsis` and gives the whole of it in `title` or `aria-label`.
 */
import type { Page } from '@playwright/test'

/** What is cut, one line each; an empty list is a good page. */
export function clippedTexts(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const SLACK_PX = 1
    const CUTS = ['hidden', 'clip']

    /** Own text, not that of elements inside. */
    const ownText = (element: Element) =>
      [...element.childNodes]
        .filter((node) => node.nodeType === Node.TEXT_NODE)
        .map((node) => node.textContent ?? '')
        .join('')
        .trim()
    const hidden = (element: Element) =>
      element.closest('.hidden-text, svg, [inert]') !== null ||
      !element.checkVisibility({ opacityProperty: true, visibilityProperty: true })
    const mayCut = (element: Element) => {
      const allowed = element.closest('[data-may-ellipsis]')
      const whole = allowed?.getAttribute('title') ?? allowed?.getAttribute('aria-label') ?? ''
      return whole !== '' && whole.includes(element.textContent.trim())
    }
    const name = (element: Element) => {
      const classes = [...element.classList].map((one) => `.${one}`).join('')
      return `${element.tagName.toLowerCase()}${classes} "${element.textContent.trim().slice(0, 40)}"`
    }
    const texts = (element: Element) => {
      const range = document.createRange()
      return [...element.childNodes]
        .filter((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim())
        .flatMap((node) => {
          range.selectNodeContents(node)
          return [...range.getClientRects()]
        })
    }
    /** Whether somebody can scroll to it, within this element or around it. */
    const scrolls = (element: Element, axis: 'X' | 'Y') => {
      for (let up: Element | null = element; up; up = up.parentElement)
        if (['auto', 'scroll'].includes(getComputedStyle(up)[`overflow${axis}`])) return true
      return false
    }
    /** The nearest boxes that cut what leaves them, up to one that scrolls. */
    function cutBy(element: Element): string | null {
      for (const { left, right, top, bottom } of texts(element)) {
        if (!scrolls(element, 'X') && (right > innerWidth + SLACK_PX || left < -SLACK_PX))
          return 'leaves the window'
        // A body that is held still under a sheet scrolls again when the sheet is gone.
        for (let up: Element | null = element; up && up !== document.body; up = up.parentElement) {
          const style = getComputedStyle(up)
          const box = up.getBoundingClientRect()
          if (
            ['auto', 'scroll'].includes(style.overflowX) ||
            ['auto', 'scroll'].includes(style.overflowY)
          )
            break
          const across = CUTS.includes(style.overflowX)
          const down = CUTS.includes(style.overflowY)
          if (across && (right > box.right + SLACK_PX || left < box.left - SLACK_PX))
            return `cut by ${name(up)}`
          // A line's box is taller than its glyphs; a third of it outside is a cut.
          const third = (bottom - top) / 3
          if (down && (bottom > box.bottom + third || top < box.top - third))
            return `cut below by ${name(up)}`
        }
      }
      return null
    }

    const found: string[] = []
    if (document.documentElement.scrollWidth > innerWidth + SLACK_PX)
      found.push(`the page is ${document.documentElement.scrollWidth} px wide`)
    for (const element of document.body.querySelectorAll('*')) {
      if (ownText(element) === '' || hidden(element) || mayCut(element)) continue
      const { overflowX, display } = getComputedStyle(element)
      const inline = display === 'inline'
      const tooWide = !inline && element.scrollWidth > element.clientWidth + SLACK_PX
      if (tooWide && !['auto', 'scroll'].includes(overflowX))
        found.push(`${name(element)} is ${element.scrollWidth} px in ${element.clientWidth}`)
      else {
        const why = cutBy(element)
        if (why) found.push(`${name(element)} ${why}`)
      }
    }
    return [...new Set(found)]
  })
}

/** What a finger would miss on a phone: anything to press that is lower or narrower than 48 px. */
export function smallTargets(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('.phone :is(button, a[href], input, select, textarea)')]
      .filter((one) => one.checkVisibility({ visibilityProperty: true }))
      .flatMap((one) => {
        const { width, height } = one.getBoundingClientRect()
        const small = Math.min(width, height) < 47.5
        const label = one.getAttribute('aria-label') ?? one.textContent
        return small ? [`"${label.trim()}" is ${width.toFixed(0)} × ${height.toFixed(0)} px`] : []
      }),
  )
}
