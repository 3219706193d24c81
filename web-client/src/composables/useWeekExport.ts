/** The week's table as a file, and what became of it in words. */
import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import { downloadExport } from '@/api'
import { useNotice } from '@/stores/notice'
import { useSession } from '@/stores/session'
import { saveFile } from './save-file'
import { useFailure } from './useFailure'
import { useTimes } from './useTimes'

export function useWeekExport() {
  const { t } = useI18n()
  const session = useSession()
  const times = useTimes()
  const notice = useNotice()
  const { busy, failure, attempt } = useFailure()

  async function download(format: 'csv' | 'xlsx'): Promise<void> {
    const district = session.district
    if (!district) return
    const done = await attempt(async () => {
      const file = await downloadExport(district.id, times.week(), format)
      saveFile(file)
      notice.say(t('desk.exports.done', { file: file.name }))
    })
    if (!done) notice.say(`${t('desk.exports.failed')} ${failure.value}`)
  }

  return { week: computed(() => times.week()), busy, download }
}
