/** Which address shows which screen, and who is let in. */
import { createRouter, createWebHistory } from 'vue-router'
import { homeOf, mayOpen } from '@/composables/home'
import { i18n } from '@/i18n'
import type { Member } from '@/protocol'
import { useLink } from '@/stores/link'
import { useNotice } from '@/stores/notice'
import { useSession } from '@/stores/session'

export const router = createRouter({
  history: createWebHistory(),
  routes: [
    { path: '/', name: 'home', redirect: { name: 'sign-in' } },
    { path: '/sign-in', name: 'sign-in', component: () => import('@/views/SignInView.vue') },
    { path: '/pair', name: 'pair', component: () => import('@/views/PairView.vue') },
    { path: '/account', name: 'account', component: () => import('@/views/AccountView.vue') },
    { path: '/desk', name: 'desk', component: () => import('@/views/DeskView.vue') },
    { path: '/admin', name: 'admin', component: () => import('@/views/AdminView.vue') },
    { path: '/patrol', name: 'patrol', component: () => import('@/views/PatrolView.vue') },
    {
      path: '/patrol/consent',
      name: 'consent',
      component: () => import('@/views/ConsentView.vue'),
    },
    { path: '/patrol/looks', name: 'looks', component: () => import('@/views/OwnLooksView.vue') },
    { path: '/patrol/report', name: 'report', component: () => import('@/views/ReportView.vue') },
    {
      path: '/patrol/tasks/:id',
      name: 'task',
      component: () => import('@/views/TaskView.vue'),
      props: true,
    },
    { path: '/:rest(.*)*', redirect: { name: 'sign-in' } },
  ],
})

router.beforeEach(async (to) => {
  const session = useSession()
  // Without a server the sign-in screen says so; it must still open.
  await session.restore().catch(() => undefined)
  const door = session.pairing ? 'pair' : 'sign-in'
  // A code that was scanned signs in anew, whoever was signed in.
  if (to.name === 'pair' && to.hash) return true
  if (session.member === null) {
    return to.name === door || to.name === 'pair' ? true : { name: door, query: to.query }
  }
  const screen = String(to.name)
  if (session.mustChange) return screen === 'account' ? true : { name: 'account' }
  if (screen === 'account' || mayOpen(screen, session.member)) return true
  if (screen === 'desk' || screen === 'admin') sayNotYours(session.member)
  return { name: homeOf(session.member) }
})

// A screen that this browser doesn't keep, and no server to fetch it from; or a newer server has
// other files, and the page must be the newer one too.
router.onError((_error, to) => {
  if (navigator.onLine && useLink().status === 'live') location.assign(to.fullPath)
  else useNotice().say(i18n.global.t('outbox.notHere'))
})

/** Who typed the address of a screen that isn't theirs is told so at their own. */
function sayNotYours(member: Member): void {
  const { t } = i18n.global
  useNotice().say(t('notYours', { role: t(`role.${member.role}`) }))
}
