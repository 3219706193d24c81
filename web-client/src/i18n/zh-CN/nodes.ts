/** What the nodes tab of the admin page says, and the desk when a node hears late of the others. */
export default {
  tab: '节点',
  here: '{n} 个节点在线',
  goneCount: '{n} 个失联',
  refreshes: '每 5 秒自动刷新',
  own: '（本节点）',
  columns: {
    node: '节点',
    state: '状态',
    version: '版本',
    started: '启动时间',
    sessions: '连接数',
    bus: '消息总线',
    lag: '投递延迟',
    clock: '时钟',
    seen: '最近一次心跳',
  },
  state: { here: '在线', gone: '失联' },
  bus: {
    alone: '单节点，无需总线',
    connected: '已连接',
    lost: '已断开',
    since: '已 {span}',
  },
  clock: { same: '准', ahead: '快 {span}', behind: '慢 {span}' },
  span: { ms: '{n} 毫秒', s: '{n} 秒', min: '{n} 分钟', h: '{n} 小时' },
  alone: '现在只有这一个节点。几个节点共用一个 PostgreSQL 和一个 Redis 时，都会列在这里。',
  note: '投递延迟是最近几秒里，事件入库后送到本节点各个连接最慢的一次。时钟是机器自己的：各节点都以数据库的时间为准，但差得多仍应校时。失联超过一天的节点不再列出。',
  late: {
    head: '多节点消息延迟：{time} 起',
    words: '连在其他节点上的人，事件会晚约 1 秒到，位置暂停更新。已受理和已上报的不会丢。',
  },
}
