import type zh from '../zh-CN/outbox'

const outbox: typeof zh = {
  title: 'Sent and waiting',
  open: 'Show what was sent: {state}',
  head: {
    online: 'Connected',
    offline: 'Offline',
    idle: 'Offline · since {time}',
    waiting: '{n} to send',
    refused: '{n} not taken',
    expired: '{n} to confirm',
  },
  link: {
    connecting: 'Connecting to the server.',
    live: 'Connected, live.',
    stale: 'Slow link: nothing received since {time}.',
    reconnecting:
      'Offline: no server since {time}, trying again by itself. What you see is as of then.',
    refused: 'This page doesn’t fit the server’s version; update it.',
    signed_out: 'Signed out.',
  },
  lead: 'Everything you do is kept on this device first, and sent in order when there is a link, calls for help before all. Nothing is recorded twice.',
  empty: 'Nothing waits to be sent. What is sent stands here for a day, with the time it arrived.',
  made: 'done here {time}',
  state: {
    waiting: 'To be sent',
    sending: 'Sending…',
    delivered: 'Delivered {time}',
    refused: 'Not taken',
    expired: 'Older than 25 days, so it wasn’t sent by itself. Send it still?',
  },
  retry: 'Send again',
  sendNow: 'Send',
  discard: 'Don’t send',
  what: {
    sign_on: 'Sign on',
    sign_off: 'Sign off',
    take_shift: 'Send positions from this device',
    give_consent: 'Agree to be located',
    withdraw_consent: 'Withdraw the consent',
    report_incident: 'Report: {detail}',
    sos: 'Call for help',
    withdraw_sos: 'Take the call back: {detail}',
    check_in: 'Check-in: {detail}',
    view_track: 'Look at a track',
    move_incident: '{detail}',
    move_assignment: '{detail}',
    post_message: 'Message: {detail}',
  },
  kept: 'Kept on this device; it will be sent when there is a link',
  storage: {
    private:
      'This browser keeps nothing (a private window?): what isn’t sent is lost when the page closes. Leave it open, or use an ordinary window.',
    full: 'No storage is left on this device: what is new lives in this page alone. Make room, and don’t close the page.',
    evicted:
      'The browser deleted what was kept here; what wasn’t sent may be lost. Check your reports, and report again what is missing.',
    unpersisted:
      'When room is short, the browser may delete what isn’t sent. Adding this page to the home screen keeps it longer.',
  },
  leave: {
    title: '{n} not sent yet',
    words:
      'They stay on this device when you sign out, and are sent only after you yourself sign in here again.',
    stay: 'Stay',
    go: 'Sign out anyway',
  },
  update: {
    action: 'New version: update',
    tip: 'The page opens anew. What isn’t sent is kept.',
  },
  notHere:
    'This page isn’t kept on this device yet, and the server can’t be reached. Open it when there is a link.',
}
export default outbox
