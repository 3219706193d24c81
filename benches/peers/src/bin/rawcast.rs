//! The floor: one thread, one epoll, and for each turn of its loop one buffer that is written to
//! every client by one `send`. No ids, no rights, no log, nothing kept.
//!
//! The frames of a turn are made once. A client whose socket is full gets the rest when it takes
//! bytes again; one that is too far behind is cut off.
//!
//! `rawcast PORT 2.5` writes only when 2.5 messages wait, on average: a server that commits before
//! it tells has several to tell at a time, and is compared with a floor that writes as seldom.

use std::collections::VecDeque;
use std::error::Error;
use std::io::{ErrorKind, Read, Write};
use std::net::TcpListener;
use std::time::Duration;

use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};
use tungstenite::handshake::server::{Request, Response};
use tungstenite::protocol::frame::Frame;
use tungstenite::protocol::frame::coding::{Data, OpCode};
use tungstenite::{Message, WebSocket};

/// The listener's token; a client's is its place.
const LISTENER: Token = Token(usize::MAX);
/// A client that is further behind is cut off.
const MAX_BEHIND_BYTES: usize = 8 * 1024 * 1024;
/// A handshake that takes longer is given up.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(5);

/// When nothing comes for so long, what waits for more messages is sent all the same.
const GATHER_AT_MOST: Duration = Duration::from_millis(50);

/// Who is at the other end.
enum Client {
    Subscriber {
        stream: TcpStream,
        /// What its socket didn't take yet.
        behind: VecDeque<u8>,
    },
    Publisher(Box<WebSocket<TcpStream>>),
}

fn main() -> Result<(), Box<dyn Error>> {
    let listener = TcpListener::bind(xunfang_peers::address()?)?;
    xunfang_peers::listening(listener.local_addr()?)?;
    let gather = std::env::args().nth(2).map_or(Ok(1.0), |word| word.parse())?;
    Loop::new(listener, gather)?.run()
}

struct Loop {
    poll: Poll,
    listener: mio::net::TcpListener,
    clients: Vec<Option<Client>>,
    /// The frames of this turn, as they go to everybody.
    turn: Vec<u8>,
    gather: Gather,
}

/// How many messages are written at once.
struct Gather {
    /// On average.
    messages: f64,
    /// Messages that came, and those that must have come before the next write.
    came: f64,
    due: f64,
}

impl Loop {
    fn new(listener: TcpListener, messages: f64) -> std::io::Result<Self> {
        listener.set_nonblocking(true)?;
        let mut listener = mio::net::TcpListener::from_std(listener);
        let poll = Poll::new()?;
        poll.registry().register(&mut listener, LISTENER, Interest::READABLE)?;
        let gather = Gather { messages, came: 0.0, due: messages };
        Ok(Self { poll, listener, clients: Vec::new(), turn: Vec::new(), gather })
    }

    fn run(mut self) -> Result<(), Box<dyn Error>> {
        let mut events = Events::with_capacity(1024);
        loop {
            let patience = (!self.turn.is_empty()).then_some(GATHER_AT_MOST);
            if let Err(error) = self.poll.poll(&mut events, patience) {
                if error.kind() == ErrorKind::Interrupted {
                    continue;
                }
                return Err(error.into());
            }
            for event in &events {
                if event.token() == LISTENER {
                    self.accept()?;
                } else {
                    self.serve(event.token().0);
                }
            }
            if self.gather.came >= self.gather.due.floor() || events.is_empty() {
                self.write_turn();
            }
        }
    }

    fn accept(&mut self) -> std::io::Result<()> {
        loop {
            match self.listener.accept() {
                Ok((stream, _)) => {
                    if let Err(error) = self.greet(stream) {
                        eprintln!("a client was not greeted: {error}");
                    }
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(error),
            }
        }
    }

    /// The handshake blocks: clients come before what is measured.
    fn greet(&mut self, stream: TcpStream) -> Result<(), Box<dyn Error>> {
        let stream = std::net::TcpStream::from(stream);
        stream.set_nonblocking(false)?;
        stream.set_read_timeout(Some(HANDSHAKE_TIMEOUT))?;
        stream.set_nodelay(true)?;
        let mut publishes = false;
        let read_path = |request: &Request, response: Response| {
            publishes = request.uri().path() == "/pub";
            Ok(response)
        };
        let socket = tungstenite::accept_hdr(stream, read_path).map_err(|e| e.to_string())?;
        let stream = socket.into_inner();
        stream.set_nonblocking(true)?;
        let mut stream = TcpStream::from_std(stream);
        let token = Token(self.clients.len());
        self.poll.registry().register(&mut stream, token, Interest::READABLE)?;
        self.clients.push(Some(if publishes {
            let role = tungstenite::protocol::Role::Server;
            Client::Publisher(Box::new(WebSocket::from_raw_socket(stream, role, None)))
        } else {
            Client::Subscriber { stream, behind: VecDeque::new() }
        }));
        Ok(())
    }

    /// A client has something to say, takes bytes again, or is gone.
    fn serve(&mut self, place: usize) {
        let Some(client) = &mut self.clients[place] else { return };
        let stays = match client {
            Client::Publisher(socket) => {
                take_messages(socket, &mut self.turn, &mut self.gather.came)
            }
            Client::Subscriber { stream, behind } => {
                discard(stream) && catch_up(stream, behind, &self.poll, Token(place))
            }
        };
        if !stays {
            self.clients[place] = None;
        }
    }

    fn write_turn(&mut self) {
        if self.turn.is_empty() {
            return;
        }
        for (place, slot) in self.clients.iter_mut().enumerate() {
            if let Some(Client::Subscriber { stream, behind }) = slot
                && !send(stream, behind, &self.turn, &self.poll, Token(place))
            {
                *slot = None;
            }
        }
        self.turn.clear();
        self.gather.due = self.gather.due.max(self.gather.came) + self.gather.messages;
    }
}

/// Appends the frame of each message that waits; false when the publisher is gone.
fn take_messages(socket: &mut WebSocket<TcpStream>, turn: &mut Vec<u8>, came: &mut f64) -> bool {
    loop {
        let frame = match socket.read() {
            Ok(Message::Text(text)) => Frame::message(text, OpCode::Data(Data::Text), true),
            Ok(Message::Binary(bytes)) => Frame::message(bytes, OpCode::Data(Data::Binary), true),
            Ok(_) => continue,
            Err(tungstenite::Error::Io(error)) => return error.kind() == ErrorKind::WouldBlock,
            Err(_) => return false,
        };
        if frame.format(turn).is_err() {
            return false;
        }
        *came += 1.0;
    }
}

/// Reads what a subscriber says and forgets it; false when it is gone.
fn discard(stream: &mut TcpStream) -> bool {
    let mut scratch = [0; 1024];
    loop {
        match stream.read(&mut scratch) {
            Ok(0) => return false,
            Ok(_) => {}
            Err(error) => return error.kind() == ErrorKind::WouldBlock,
        }
    }
}

/// One `send` of the turn; what the socket doesn't take waits. False when the client is to go.
fn send(
    stream: &mut TcpStream,
    behind: &mut VecDeque<u8>,
    turn: &[u8],
    poll: &Poll,
    token: Token,
) -> bool {
    if !behind.is_empty() {
        behind.extend(turn);
        return behind.len() <= MAX_BEHIND_BYTES;
    }
    let taken = match stream.write(turn) {
        Ok(taken) => taken,
        Err(error) if error.kind() == ErrorKind::WouldBlock => 0,
        Err(_) => return false,
    };
    if taken == turn.len() {
        return true;
    }
    behind.extend(&turn[taken..]);
    let interest = Interest::READABLE | Interest::WRITABLE;
    poll.registry().reregister(stream, token, interest).is_ok()
}

/// Sends what a client lacks; false when it is gone.
fn catch_up(stream: &mut TcpStream, behind: &mut VecDeque<u8>, poll: &Poll, token: Token) -> bool {
    if behind.is_empty() {
        return true;
    }
    while !behind.is_empty() {
        match stream.write(behind.as_slices().0) {
            Ok(taken) => drop(behind.drain(..taken)),
            Err(error) => return error.kind() == ErrorKind::WouldBlock,
        }
    }
    poll.registry().reregister(stream, token, Interest::READABLE).is_ok()
}
