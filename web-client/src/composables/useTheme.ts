/** The page's light: the desk is dark, the phone follows the system. */
import { onMounted, onUnmounted } from 'vue'
import { useTextSize } from './useTextSize'

export function useTheme(theme: 'dark' | 'system'): void {
  if (theme === 'system') useTextSize()
  const system = matchMedia('(prefers-color-scheme: dark)')

  function apply(): void {
    const dark = theme === 'dark' || system.matches
    const { classList } = document.documentElement
    classList.toggle('dark', dark)
    classList.toggle('van-theme-dark', dark)
    classList.toggle('light', !dark)
  }

  onMounted(() => {
    apply()
    system.addEventListener('change', apply)
  })
  onUnmounted(() => system.removeEventListener('change', apply))
}
