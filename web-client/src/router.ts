/** Which address shows which screen, and who is let in. */
import { createRouter, createWebHistory } from 'vue-router'
import { homeOf } from '@/composables/home'
import { useSession } from '@/stores/session'

export const router = createRouter({
  history: createWebHistory(),
  routes: [
    { path: '/', name: 'home', redirect: { name: 'sign-in' } },
    { path: '/sign-in', name: 'sign-in', component: () => import('@/views/SignInView.vue') },
    { path: '/desk', name: 'desk', component: () => import('@/views/DeskView.vue') },
    { path: '/patrol', name: 'patrol', component: () => import('@/views/PatrolView.vue') },
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
  if (session.member === null) return to.name === 'sign-in' ? true : { name: 'sign-in' }
  const home = homeOf(session.member)
  if (to.name === 'sign-in' || (to.name === 'desk') !== (home === 'desk')) return { name: home }
  return true
})
