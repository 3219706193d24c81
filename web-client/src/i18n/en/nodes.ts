/** What the nodes tab of the admin page says, and the desk when a node hears late of the others. */
export default {
  tab: 'Nodes',
  here: 'Nodes running: {n}',
  goneCount: 'Gone: {n}',
  refreshes: 'Refreshes every 5 seconds',
  own: '(this node)',
  columns: {
    node: 'Node',
    state: 'State',
    version: 'Version',
    started: 'Started',
    sessions: 'Connections',
    bus: 'Message bus',
    lag: 'Delivery delay',
    clock: 'Clock',
    seen: 'Last sign of life',
  },
  state: { here: 'Running', gone: 'Gone' },
  bus: {
    alone: 'Single node, none needed',
    connected: 'Connected',
    lost: 'Lost',
    since: 'for {span}',
  },
  clock: { same: 'In step', ahead: '{span} ahead', behind: '{span} behind' },
  span: { ms: '{n} ms', s: '{n} s', min: '{n} min', h: '{n} h' },
  alone:
    'This is the only node. Nodes that share one PostgreSQL and one Redis are all listed here.',
  note: 'Delivery delay: the slowest event of the last seconds, from being stored to being sent to connections of that node. The clock is the machine’s own: all nodes go by the database’s time, but one that is far off should be set. Nodes gone for more than a day are no longer listed.',
  late: {
    head: 'News between nodes is late since {time}',
    words:
      'From people on other nodes events come about 1 second later, and positions are not updated. Nothing that was stored is lost.',
  },
}
