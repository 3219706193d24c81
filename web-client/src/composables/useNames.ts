/** Names of kinds, grids and teams; a code stands in for a name that isn't known. */
import { useI18n } from 'vue-i18n'
import { usePlaces } from '@/stores/places'

export function useNames() {
  const { t, te, locale } = useI18n()
  const places = usePlaces()

  /** The district's own label; in another language than the dictionary's, the built-in one. */
  function kind(code: string): string {
    const key = `kind.${code.replace('.', '_')}`
    if (locale.value !== 'zh-CN' && te(key)) return t(key)
    return places.kindsByCode.get(code)?.label ?? (te(key) ? t(key) : code)
  }

  /** Area and grid, e.g. `汪林岗村 3组`. */
  function grid(code: string): string {
    const grid = places.gridsByCode.get(code)?.properties
    if (!grid) return code
    const area = places.areasByCode.get(grid.area ?? '')?.name ?? ''
    return grid.name.startsWith(area) ? grid.name : `${area} ${grid.name}`
  }

  const team = (id: string) => places.teamsById.get(id)?.name ?? id

  return { kind, grid, team }
}
