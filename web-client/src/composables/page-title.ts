/** What the browser's tab says. */
export function pageTitle(district: string | undefined, app: string): string {
  return [district, app].filter(Boolean).join(' · ')
}
