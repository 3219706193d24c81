//! Each peer that is ours starts, delivers everything in order to everybody, and ends.

#![expect(clippy::unwrap_used, reason = "a test that can't go on ends there")]

use std::io::{BufRead, BufReader};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use tungstenite::{Message, WebSocket};

const MESSAGES: usize = 50;

struct Peer {
    child: Child,
    port: u16,
}

impl Peer {
    fn start(program: &str, arguments: &[&str]) -> Self {
        let mut child = Command::new(program)
            .arg("0")
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let port = line.strip_prefix("listening ").expect(&line).trim().parse().unwrap();
        Self { child, port }
    }

    fn connect(&self, path: &str) -> WebSocket<TcpStream> {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        tungstenite::client(format!("ws://127.0.0.1:{}{path}", self.port), stream).unwrap().0
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

fn read_text(socket: &mut WebSocket<TcpStream>) -> String {
    loop {
        if let Message::Text(text) = socket.read().unwrap() {
            return text.to_string();
        }
    }
}

fn delivers_and_ends(program: &str, arguments: &[&str]) {
    let mut peer = Peer::start(program, arguments);
    let mut subscribers: Vec<_> = (0..3).map(|_| peer.connect("/sub")).collect();
    let mut publisher = peer.connect("/pub");
    // One that left must not keep the others from theirs.
    drop(peer.connect("/sub"));
    // A subscriber is in when it got something: messages are sent until each got one.
    for subscriber in &mut subscribers {
        subscriber.get_ref().set_nonblocking(true).unwrap();
        loop {
            publisher.send(Message::from("in?")).unwrap();
            match subscriber.read() {
                Ok(message) => break assert_eq!(message, Message::from("in?")),
                Err(tungstenite::Error::Io(error)) => {
                    assert_eq!(error.kind(), std::io::ErrorKind::WouldBlock);
                }
                Err(error) => panic!("{error}"),
            }
        }
        subscriber.get_ref().set_nonblocking(false).unwrap();
    }
    // Short ones, and one whose length takes eight bytes in the frame's head.
    let sent: Vec<String> = (0..MESSAGES).map(|n| format!("{n} ").repeat(1 + n * 50)).collect();
    let long = "long".repeat(20_000);
    for text in sent.iter().chain([&long]) {
        publisher.send(Message::from(text.as_str())).unwrap();
    }
    for subscriber in &mut subscribers {
        let mut first = read_text(subscriber);
        while first == "in?" {
            first = read_text(subscriber);
        }
        assert_eq!(first, sent[0]);
        for text in sent[1..].iter().chain([&long]) {
            assert!(read_text(subscriber) == *text, "out of order, or not whole");
        }
    }
    drop(peer.child.stdin.take());
    assert!(peer.child.wait().unwrap().success());
}

#[test]
fn rawcast_delivers_and_ends() {
    delivers_and_ends(env!("CARGO_BIN_EXE_rawcast"), &[]);
}

#[test]
fn rawcast_that_gathers_keeps_nothing_back() {
    delivers_and_ends(env!("CARGO_BIN_EXE_rawcast"), &["2.5"]);
}

#[test]
fn naive_delivers_and_ends() {
    delivers_and_ends(env!("CARGO_BIN_EXE_naive"), &[]);
}
