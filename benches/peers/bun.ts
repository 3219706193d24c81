// Bun's own publish: the sending loop is uWebSockets', below JavaScript.
// Takes PORT, prints `listening PORT`, ends with its standard input.

const ALL = 'all'

interface Role {
  publishes: boolean
}

const server = Bun.serve<Role>({
  hostname: '127.0.0.1',
  port: Number(Bun.argv[2]),
  fetch(request, server) {
    const { pathname } = new URL(request.url)
    const data = { publishes: pathname === '/pub' }
    if (server.upgrade(request, { data })) return
    return new Response('connect with a WebSocket', { status: 426 })
  },
  websocket: {
    idleTimeout: 0,
    sendPings: false,
    perMessageDeflate: false,
    open(socket) {
      if (!socket.data.publishes) socket.subscribe(ALL)
    },
    message(socket, message) {
      if (socket.data.publishes) server.publish(ALL, message)
    },
  },
})

process.stdin.on('end', () => process.exit(0)).resume()
console.log(`listening ${server.port}`)
