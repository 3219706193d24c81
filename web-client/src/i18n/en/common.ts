import type zh from '../zh-CN/common'

const common: typeof zh = {
  app: 'Xunfang',
  demo: 'Demo data · boundaries are illustrative',
  credit: 'Place names © GeoNames (CC BY 4.0)',
  language: { label: 'Language', 'zh-CN': '中文', en: 'English' },
  account: { label: 'Account', signOut: 'Sign out' },
  signIn: {
    lead: 'Five parties, one patrol',
    username: 'Account',
    password: 'Password',
    submit: 'Sign in',
    busy: 'Signing in…',
    wrong: 'Wrong account or password, not signed in. Check both and try again.',
    tooMany:
      'Too many wrong tries, the account is locked. Try again in 15 minutes or ask an administrator.',
    unreachable: 'The server can’t be reached, not signed in. Check the network and try again.',
    ended: 'You were signed out. Sign in again. What had not been sent was not kept.',
    demoHint:
      'Demo accounts: dispatch, police, guard, volunteer. The terminal that runs the server shows their passwords.',
  },
  pair: {
    lead: 'Sign in to the demo with a code from its terminal',
    code: 'Pairing code',
    submit: 'Sign in',
    busy: 'Signing in…',
    wrong:
      'This code is wrong, used or too old; not signed in. Look for the newest in the terminal.',
    tooMany: 'Too many wrong codes; not signed in. Wait a minute, then use the newest code.',
    none: 'This address takes no codes; not signed in. Sign in with a name and a password.',
    hint: 'The code is in the terminal that runs the server: scan its picture, or type it here. A code works once, for 10 minutes.',
  },
  link: {
    connecting: 'Connecting',
    live: 'Live',
    stale: 'Slow link: nothing received since {time}',
    reconnecting: 'Disconnected: as of {time}, reconnecting',
    refused: 'This page doesn’t fit the server’s version; reload it',
    signed_out: 'Signed out',
  },
  age: {
    seconds: '{n} s ago',
    minutes: '{n} min ago',
    hours: '{n} h ago',
    days: '{n} d ago',
    none: 'no position yet',
  },
  refusal: {
    malformed: 'The request was malformed and not saved. Reload the page and try again.',
    unknown_type:
      'The server doesn’t know this request; nothing was saved. Reload the page and try again.',
    invalid: 'Something that was entered is wrong; nothing was saved. Correct it and try again.',
    not_found: 'It doesn’t exist, or you may not see it. Nothing was saved.',
    unauthenticated: 'You were signed out; nothing was saved. Sign in again.',
    forbidden: 'Your role may not do this; nothing was saved.',
    illegal_move: 'This can’t be done now; nothing was saved.',
    conflict: 'It conflicts with what is stored; nothing was saved.',
    id_reused: 'The same id with other content; nothing was saved. Reload the page and try again.',
    off_duty: 'You are not on duty; nothing was saved. Sign on first.',
    no_consent: 'You did not agree to be located; the position was not saved.',
    too_large: 'Too long; nothing was saved. Shorten it and try again.',
    too_many: 'Too many actions; nothing was saved. Try again in a moment.',
    busy: 'The server is busy; nothing was saved. Try again in a moment.',
    internal: 'The server failed; nothing was saved. Try again in a moment.',
    won: '{by} was first, at {time}.',
    wonBySystem: 'The system was first, at {time}.',
    legal: 'Possible now: {steps}.',
    detail: 'Detail: {message}',
    noAnswer:
      'The server didn’t answer, so it isn’t known whether this was saved. Trying again is safe.',
    unreachable: 'The server can’t be reached; not done. Check the network and try again.',
  },
  load: {
    busy: 'Loading…',
    failed: 'Grids, teams and kinds could not be read. What is shown was kept.',
    retry: 'Read again',
  },
  channel: {
    empty: 'No messages yet. The first one will stand here.',
    placeholder: 'Write a message',
    send: 'Send',
    erased: '(erased)',
    failed: 'The message was not sent; the text is still in the box.',
  },
  timeline: { empty: 'Nothing recorded yet.', bySystem: 'System' },
  cancel: 'Cancel',
  close: 'Close',
  dismiss: 'Got it',
}

export default common
